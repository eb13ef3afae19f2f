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
 * @param changed leaves were added, changed or taken out since the configuration was given, so that
 *     the next one cannot be compared with it
 */
public record TreeUsage(Map<String, ClassUsage> classes, boolean changed) {
  public static final TreeUsage NONE = new TreeUsage(Map.of(), false);
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
  public record ClassUsage(String kind, int running, Usage usage) {
    ClassUsage withRunning(int jobs) {
      return new ClassUsage(kind, jobs, usage);
    }
  }

  /**
   * The same with other numbers of running jobs.
   *
   * @param running by leaf; those that are not in it run none
   */
  public TreeUsage withRunning(Map<String, Integer> running) {
    Map<String, ClassUsage> counted = new HashMap<>();
    classes.forEach((name, own) -> counted.put(name, own.withRunning(0)));
    running.forEach((name, jobs) -> counted.put(name, of(name).withRunning(jobs)));
    return new TreeUsage(counted, changed);
  }

  /** The same, for a tree that will be told of running jobs one by one. */
  public TreeUsage withoutRunning() {
    return withRunning(Map.of());
  }

  ClassUsage of(String name) {
    return classes.getOrDefault(name, NOTHING);
  }
}
