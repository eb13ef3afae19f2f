/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.queue.QueueSettings;
import io.desaster.core.state.QueueRecord;
import java.util.regex.Pattern;

/** How a queue begins, and what it may be called. */
public final class NewQueue {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,127}");

  private NewQueue() {}

  public static QueueRecord record(Turn turn, String name, String kind, QueueSettings settings) {
    requireName(name);
    requireKind(kind);
    String naming = turn.dispatcher().trees().kindNaming(name);
    if (naming != null && !naming.equals(kind)) {
      throw new DesasterException(
          ErrorCode.INVALID,
          "queue '"
              + name
              + "' is a class in the tree of kind "
              + naming
              + " and cannot hold jobs of kind "
              + kind
              + "; use another queue, or take the class out of that tree");
    }
    return new QueueRecord(
        turn.state().nextQueueId(), name, kind, settings, null, false, turn.now());
  }

  static void requireKind(String kind) {
    if (!NAME.matcher(kind).matches()) {
      throw new DesasterException(
          ErrorCode.INVALID, "'" + kind + "' is not a kind; kinds: shell java remote");
    }
  }

  public static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new DesasterException(
          ErrorCode.INVALID,
          "'"
              + name
              + "' is not a queue name; use 1 to 128 letters, digits and _ . : / - (not - . : or /"
              + " first)");
    }
  }
}
