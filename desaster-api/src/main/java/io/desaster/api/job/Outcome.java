/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

/** How one attempt ended. */
public enum Outcome {
  /** It did what it should: exit code 0, a normal return, DONE. */
  SUCCEEDED,
  /** It failed by itself: another exit code, a signal, an exception, FAIL. */
  FAILED,
  /** It ran longer than its time-out and was ended. */
  TIMED_OUT,
  /** It went over a limit (memory, CPU time) and was ended. */
  LIMIT_EXCEEDED,
  /** It was ended by CANCEL, KILL or RELOCATE. */
  CANCELLED,
  /** It is proved dead without having told its end: launcher, host or worker are gone. */
  LOST,
  /** Its node is silent and another attempt took its place. */
  SUPERSEDED,
  /** It could not be started: no such program, no such directory, no such handler. */
  NOT_STARTED
}
