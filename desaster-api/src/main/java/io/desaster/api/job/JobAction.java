/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What may be done to jobs, one by one or in bulk. */
public sealed interface JobAction {

  /**
   * Ends or prevents an attempt.
   *
   * @param grace between TERM and KILL; empty: the job's
   * @param by who asks, for the record
   */
  record Cancel(CancelMode mode, Optional<Duration> grace, String by) implements JobAction {}

  /** Puts a waiting job at the end of another queue of the same kind. */
  record Move(String queue) implements JobAction {}

  /** Changes what a waiting job demands; empty texts demand nothing. */
  record Relabel(String label, String node) implements JobAction {}

  /** Changes the priority (0 best to 7) of a waiting job. */
  record Reprioritize(int priority) implements JobAction {}

  /** Runs a failed, cancelled, retrying or scheduled job now, with fresh tries. */
  record Retry() implements JobAction {}

  /** Forgets a finished job, its output included. */
  record Delete() implements JobAction {}

  /** Adds and removes tags. */
  record Tag(List<String> add, List<String> remove) implements JobAction {}
}
