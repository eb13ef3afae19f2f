/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import java.util.Collection;
import java.util.List;

/** Which pools serve a queue: words that name pools or labels, {@code -} before one excludes it. */
public final class Attachment {
  private Attachment() {}

  public static boolean attached(
      List<String> words, String poolName, Collection<String> poolLabels) {
    boolean attached = false;
    for (String word : words) {
      if (!word.startsWith("-")) {
        attached |= named(word, poolName, poolLabels);
      } else if (named(word.substring(1), poolName, poolLabels)) {
        return false;
      }
    }
    return attached;
  }

  private static boolean named(String word, String poolName, Collection<String> poolLabels) {
    return word.equals("*") || word.equals(poolName) || poolLabels.contains(word);
  }
}
