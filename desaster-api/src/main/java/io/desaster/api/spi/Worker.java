/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.spi;

import io.desaster.api.job.JobId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Runs the attempts of one kind on this node.
 *
 * <ul>
 *   <li>All methods may be called from the scheduler's loop and must not block.
 *   <li>Whatever was ordered is reported to the {@link Host} exactly once per life of the process,
 *       and again after a restart, until the attempt is {@link #release released}.
 *   <li>An attempt is named by (job, attempt). An order for one that is already known is ignored;
 *       an order for one that was ended before it came is refused, and reported as CANCELLED.
 * </ul>
 */
public interface Worker extends AutoCloseable {

  /** The kind of jobs it runs, for example {@code shell}. */
  String kind();

  /**
   * Begins work: finds what earlier processes of this node left running or ended. Called once.
   *
   * @return every attempt not yet released; running ones are adopted and will be reported through
   *     {@code host} when they end, ended ones are not reported again
   */
  CompletionStage<List<Found>> open(Host host);

  /**
   * Whether an attempt missing from what {@link #open} found is thereby proved never to have
   * started. False for workers whose attempts die with the process without a trace.
   */
  boolean durable();

  /** How many attempts may run at once at most on a host of so many cores, if nobody says. */
  default int slotsMax(int cores) {
    return cores;
  }

  /**
   * Looks at a payload before its job is taken, so that what can never run is refused at once and
   * not tried again and again. Called by many threads at once, for each submit.
   *
   * @throws IllegalArgumentException with a message for the submitter that says what is wrong
   */
  default void check(byte[] payload) {}

  /** Starts an attempt; its end is reported to the host, also if it cannot be started. */
  void start(AttemptOrder order);

  /**
   * Ends an attempt: TERM, after the grace KILL, to all its processes. Its end is reported as usual
   * with outcome CANCELLED, unless it was over before. Does nothing for one that is over; an
   * attempt never heard of is remembered, so that an order that comes late is refused.
   *
   * @param reason one line for the record, for example {@code cancelled by alice}
   */
  void end(JobId job, int attempt, long graceMillis, String reason);

  /** The job's record is gone: whatever is kept of its attempts (output, exit record) may go. */
  void release(JobId job);

  /**
   * Reads what an attempt has written so far.
   *
   * @param error true for stderr, false for stdout
   * @param offset position in the stream, bytes; negative counts from the present end
   * @param bytesMax at most so many bytes are returned
   */
  CompletionStage<Output> output(JobId job, int attempt, boolean error, long offset, int bytesMax);

  /** Stops without ending attempts that can live on without this process. */
  @Override
  void close();

  /** What the worker calls; may be called from any thread. */
  interface Host {
    /**
     * The attempt is over.
     *
     * @return completes when the report is committed; fails if this node stopped before
     */
    CompletionStage<Void> ended(AttemptEnd end);

    /**
     * The attempt could not be prepared because the disk is full, and left nothing behind: its job
     * goes back to its place as if it had never been ordered. Jobs of this kind are not started
     * here until {@link #roomAgain}.
     *
     * @param why one line for those who wait: what is full, and what to do
     * @return completes when that is committed; fails if this node stopped before
     */
    CompletionStage<Void> noRoom(JobId job, int attempt, String why);

    /** After {@link #noRoom}: attempts can be prepared again. */
    void roomAgain();

    /** A running attempt tells its progress (0 to 100) with a line of text, maybe empty. */
    void progress(JobId job, int attempt, int percent, String text);
  }

  /**
   * An attempt found at start.
   *
   * @param end how it ended; null if it runs
   */
  record Found(JobId job, int attempt, AttemptEnd end) {}

  /**
   * A piece of an attempt's output.
   *
   * @param offset position of the first byte in the stream as it was written
   * @param bytes the piece; empty if there is nothing at that position (yet)
   * @param size bytes written to the stream so far
   * @param droppedFrom start of the hole if the middle was dropped for size, else -1; bytes inside
   *     the hole are skipped
   * @param droppedTo end of the hole, exclusive
   * @param complete true if the attempt is over and nothing will be added
   */
  record Output(
      long offset, byte[] bytes, long size, long droppedFrom, long droppedTo, boolean complete) {}
}
