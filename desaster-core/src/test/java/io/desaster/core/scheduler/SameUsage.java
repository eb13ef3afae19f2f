/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.spi.Usage;
import io.desaster.core.discipline.TreeUsage;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Trees that are fed the same remember the same, but for the last bits of what is summed up. */
public final class SameUsage {
  private static final double TOLERANCE = 1e-6;
  private static final Set<String> RUNNING = Set.of("running", "lent");

  private SameUsage() {}

  public static void require(Map<String, TreeUsage> some, Map<String, TreeUsage> others) {
    Set<String> kinds = new TreeSet<>(some.keySet());
    kinds.addAll(others.keySet());
    for (String kind : kinds) {
      if (some.containsKey(kind) && others.containsKey(kind)) {
        require(kind, some.get(kind), others.get(kind));
      } else if (classes(some, kind) + classes(others, kind) > 1) {
        throw new AssertionError("trees of " + some.keySet() + " and of " + others.keySet());
      }
    }
  }

  /** One that was made because somebody asked for it has a root only. */
  private static int classes(Map<String, TreeUsage> usages, String kind) {
    return usages.getOrDefault(kind, TreeUsage.NONE).classes().size();
  }

  private static void require(String kind, TreeUsage some, TreeUsage other) {
    if (!some.classes().keySet().equals(other.classes().keySet())
        || some.changed() != other.changed()) {
      throw new AssertionError(kind + ": " + some + " and " + other);
    }
    some.classes()
        .forEach(
            (name, usage) -> {
              TreeUsage.ClassUsage twin = other.classes().get(name);
              if (usage.running() != twin.running()
                  || !usage.kind().equals(twin.kind())
                  || !same(usage.usage().accounts(), twin.usage().accounts())) {
                throw new AssertionError(
                    kind + " class '" + name + "':\n    " + usage + "\n    " + twin);
              }
            });
  }

  private static boolean same(List<Usage.Account> accounts, List<Usage.Account> twins) {
    List<Usage.Account> some = sorted(accounts);
    List<Usage.Account> others = sorted(twins);
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      if (!same(some.get(i), others.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Running jobs have no order among each other. */
  private static List<Usage.Account> sorted(List<Usage.Account> accounts) {
    return accounts.stream()
        .sorted(Comparator.comparingLong(a -> RUNNING.contains(a.what()) ? a.number() : -1))
        .toList();
  }

  private static boolean same(Usage.Account one, Usage.Account other) {
    boolean same =
        one.what().equals(other.what())
            && one.name().equals(other.name())
            && one.number() == other.number()
            && one.atNanos() == other.atNanos()
            && one.values().length == other.values().length;
    for (int i = 0; same && i < one.values().length; i++) {
      double value = one.values()[i];
      same = Math.abs(value - other.values()[i]) <= TOLERANCE * Math.max(1, Math.abs(value));
    }
    return same;
  }
}
