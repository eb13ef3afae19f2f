/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.spi;

/** A waiting job, as disciplines see it. */
public interface QueuedJob {
  /**
   * Its place among all that ever waited: smaller came first. No two waiting jobs have the same. A
   * retried job comes back with a new, larger one; a job whose attempt did not start, with its old
   * one.
   */
  long order();

  /** Name of its flow; empty: the queue's common flow. */
  String flow();

  /** 0 (best) to 7. */
  int priority();

  /** What a start is charged, at least 0. */
  double cost();

  /** Expected running time, 0 if unknown. */
  long estimateNanos();

  /** When it was submitted, plus the deadline it gave; {@link Long#MAX_VALUE} if none. */
  long deadlineAtNanos();

  Demand demand();
}
