/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Usage;
import java.util.HashMap;
import java.util.Map;

/**
 * What a tree remembers besides its configuration and the waiting jobs: from these three a tree
 * with the same future is made.
 *
 * @param classes by name; the root, if it is no class, has the empty name
 */
public record TreeUsage(Map<String, ClassUsage> classes) {
  public static final TreeUsage NONE = new TreeUsage(Map.of());
  private static final ClassUsage NOTHING = new ClassUsage("", 0, Usage.NONE);

  public TreeUsage {
    classes = Map.copyOf(classes);
  }

  /**
   * Of one class.
   *
   * @param kind of its discipline; the usage is of no use to another kind
   * @param running jobs that run
   */
  public record ClassUsage(String kind, int running, Usage usage) {}

  /** The same, for a tree that will be told of running jobs one by one. */
  public TreeUsage withoutRunning() {
    Map<String, ClassUsage> same = new HashMap<>();
    classes.forEach((name, one) -> same.put(name, new ClassUsage(one.kind(), 0, one.usage())));
    return new TreeUsage(same);
  }

  ClassUsage of(String name) {
    return classes.getOrDefault(name, NOTHING);
  }
}
