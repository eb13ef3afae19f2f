/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

import java.time.Instant;
import java.util.Optional;

/**
 * When a job will probably start and finish: it does so before the P50 in half of all cases, before
 * the P90 in nine of ten. The finish is that of the next or running attempt. A promise it is not,
 * and never a not-before time, which is {@link Job#dueAt}.
 *
 * @param startP50 empty if it is not known, or the job has started
 * @param startP90 as above; not before {@code startP50}
 * @param finishP50 empty if it is not known, or the job is finished
 * @param finishP90 as above; not before {@code finishP50}
 * @param unknown why something of it is not known; empty if nothing is missing
 */
public record Eta(
    Optional<Instant> startP50,
    Optional<Instant> startP90,
    Optional<Instant> finishP50,
    Optional<Instant> finishP90,
    String unknown) {

  /** There is nothing to predict, or nobody asked for it. */
  public static final Eta NONE =
      new Eta(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), "");

  /** Nothing is known of it. */
  public static Eta unknown(String because) {
    return new Eta(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), because);
  }
}
