/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

/** What to do with an attempt whose node is silent. */
public enum OnLost {
  /** Start a new attempt after {@code lost-after}; for a while both may run. */
  RERUN,
  /** Wait until the node answers or its death is proved. */
  WAIT,
  /** End the job as FAILED; never a second run. */
  FAIL
}
