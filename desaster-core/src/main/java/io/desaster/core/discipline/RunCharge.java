/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Usage;

/**
 * The charge for a job whose run time is not known: an estimate when it starts (the job's own, or
 * what its flow or class took of late); while it runs longer, a quarter more of what was charged
 * each time that is used up; in the end the difference to the true time. So a running job is always
 * charged for what it has used, at most a quarter ahead, in a number of steps that grows with the
 * logarithm of its run time.
 */
final class RunCharge {
  private static final double STEP = 1.25;
  private static final long STEP_MIN_NANOS = 1_000_000;
  private static final double NANOS = 1e9;

  /** How much of the difference to the last run a guess takes over. */
  private static final double LEARNED = 1.0 / 8;

  private final long order;
  private final long startedNanos;
  private long chargedNanos;

  private RunCharge(long order, long startedNanos, long chargedNanos) {
    this.order = order;
    this.startedNanos = startedNanos;
    this.chargedNanos = chargedNanos;
  }

  /**
   * The charge of a start.
   *
   * @param guessNanos estimate for jobs that have none of their own
   */
  RunCharge(QueuedJob job, long guessNanos, long nowNanos) {
    this(job.order(), nowNanos, job.estimateNanos() > 0 ? job.estimateNanos() : guessNanos);
  }

  /** A guess for the next job after one that ran so long. */
  static long learn(long guessNanos, long ranNanos) {
    return guessNanos + (long) ((ranNanos - guessNanos) * LEARNED);
  }

  RunCharge copy() {
    return new RunCharge(order, startedNanos, chargedNanos);
  }

  long order() {
    return order;
  }

  /** Charged so far, slot-seconds. */
  double seconds() {
    return chargedNanos / NANOS;
  }

  /** When what is charged is used up. */
  long nextNanos() {
    long next = startedNanos + chargedNanos;
    return next < startedNanos ? Long.MAX_VALUE : next;
  }

  /** Charges one step more; how much that is, slot-seconds. */
  double step() {
    long more = Math.max(STEP_MIN_NANOS, (long) (chargedNanos * (STEP - 1)));
    chargedNanos += more;
    return more / NANOS;
  }

  long ranNanos(long nowNanos) {
    return nowNanos - startedNanos;
  }

  /** What is still to be charged at the end, or given back if negative, slot-seconds. */
  double settle(long nowNanos) {
    return (ranNanos(nowNanos) - chargedNanos) / NANOS;
  }

  Usage.Account account(String what, String name, double... more) {
    double[] values = new double[more.length + 1];
    values[0] = chargedNanos;
    System.arraycopy(more, 0, values, 1, more.length);
    return new Usage.Account(what, name, order, startedNanos, values);
  }

  static RunCharge of(Usage.Account account) {
    return new RunCharge(account.number(), account.atNanos(), (long) account.values()[0]);
  }
}
