/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.error.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Exit codes of the verbs; {@code run} besides these exits with the code of its job. */
final class ExitCode {
  static final int OK = 0;

  /** A job failed, or a check found something wrong. */
  static final int FAILED = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  /** Of run: the daemon was lost; the job is safe with it and was not waited for any longer. */
  static final int LEFT = 119;

  /** No daemon answers. */
  static final int UNREACHABLE = 120;

  /** The daemon refused; the message begins with the code of the error. */
  static final int REFUSED = 121;

  /** It may or may not have happened; asking again with the same id is safe. */
  static final int UNKNOWN = 122;

  /** The daemon does not let this client in. */
  static final int NO_ACCESS = 123;

  /** Time is over: that given with {@code --timeout}, or the job's own. */
  static final int TIMED_OUT = 124;

  /** Something went wrong that should not have. */
  static final int INTERNAL = 125;

  /** The job could not be started. */
  static final int NOT_STARTED = 127;

  /** Interrupted, or the job was cancelled. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}

  /** What each code says, for help and man page. */
  static Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("0", "done; of run: the job exited with 0");
    texts.put("1", "a job failed, or a check found something wrong");
    texts.put("2", "the command line is wrong");
    texts.put("119", "of run: the daemon did not come back in time, the job lives on without run");
    texts.put("120", "no daemon answers");
    texts.put("121", "the daemon refused; the message begins with the code");
    texts.put("122", "unknown whether it happened; ask again with the same id");
    texts.put("123", "the daemon does not let this client in");
    texts.put("124", "time is over (--timeout, or the job's own time-out)");
    texts.put("125", "something went wrong in desaster itself");
    texts.put("127", "of run: the job could not be started");
    texts.put("130", "interrupted, or the job was cancelled");
    return texts;
  }

  static int of(ErrorCode code) {
    return switch (code) {
      case NOAUTH, WRONGPASS, DENIED -> NO_ACCESS;
      case UNKNOWN -> UNKNOWN;
      case NOMASTER, NOQUORUM -> UNREACHABLE;
      case ERR -> INTERNAL;
      default -> REFUSED;
    };
  }
}
