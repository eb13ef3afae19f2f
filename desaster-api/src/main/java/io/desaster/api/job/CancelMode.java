/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

/** What becomes of a cancelled job. */
public enum CancelMode {
  /** Never starts (again); a running attempt is ended. */
  NEVER,
  /** A running attempt is ended and counts as a failed try. */
  RETRY,
  /** A running attempt is ended and the job starts on another node; no try is counted. */
  ELSEWHERE
}
