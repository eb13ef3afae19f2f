/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A job as it stood at some committed moment.
 *
 * @param spec what was submitted (with later changes of queue, priority and label); a payload over
 *     4 KiB is left out (empty) in lists and in answers to changes, {@code Jobs.find} has it
 * @param state where it is in its life
 * @param reason one line: why it waits, or why it failed; empty if there is nothing to say
 * @param submittedAt when it was accepted
 * @param dueAt when it may start (again), while SCHEDULED or RETRYING
 * @param finishedAt when it reached a final state
 * @param unreachableSince since when the node of its running attempt is silent
 * @param progress what its running attempt told last
 * @param attempts its tries, oldest first
 * @param result what the last successful attempt returned; empty for processes
 * @param eta when it will probably start and finish; {@link Eta#NONE} in answers to changes
 */
public record Job(
    JobId id,
    JobSpec spec,
    JobState state,
    String reason,
    Instant submittedAt,
    Optional<Instant> dueAt,
    Optional<Instant> finishedAt,
    Optional<Instant> unreachableSince,
    Progress progress,
    List<Attempt> attempts,
    byte[] result,
    Eta eta) {

  public Job {
    attempts = List.copyOf(attempts);
  }

  public Job withEta(Eta newEta) {
    return new Job(
        id,
        spec,
        state,
        reason,
        submittedAt,
        dueAt,
        finishedAt,
        unreachableSince,
        progress,
        attempts,
        result,
        newEta);
  }

  /** The running or latest attempt; empty if it was never started. */
  public Optional<Attempt> lastAttempt() {
    return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.get(attempts.size() - 1));
  }
}
