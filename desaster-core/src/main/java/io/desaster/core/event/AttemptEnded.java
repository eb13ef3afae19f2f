/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.Course;
import io.desaster.core.state.JobRecord;

/** The running attempt is over, and what becomes of its job. */
public final class AttemptEnded extends JobTransition {
  static final int TYPE = 4;
  private static final Outcome[] OUTCOMES = Outcome.values();
  private static final JobState[] STATES = JobState.values();
  private static final int DETAILS = 1;
  private static final int RESULT = 2;
  private static final int PLANNED = 4;
  private static final int TRY = 8;
  private static final int DEATH = 16;
  private static final int TIMES = 32;

  private final Outcome outcome;
  private final int exitCode;
  private final String error;
  private final ResourceUse use;
  private final long startedAt;
  private final long endedAt;
  private final byte[] result;
  private final JobState next;
  private final long dueAt;
  private final long order;
  private final boolean countsAsTry;
  private final boolean countsAsDeath;
  private final String reason;
  private final String avoidNode;

  /**
   * An end.
   *
   * @param startedAt when its process began, milliseconds since 1970; 0: as ordered
   * @param endedAt when it ended; 0: now
   * @param result what it returned
   * @param next state of the job from now on
   * @param dueAt when the next attempt is due, if {@code next} is RETRYING
   * @param order place in its flow, if {@code next} is QUEUED
   * @param countsAsTry whether the attempt used up a try
   * @param countsAsDeath whether it counts for poison
   * @param reason why the job failed or will be tried again; empty if it succeeded
   * @param avoidNode node the next attempt must not run on
   */
  public AttemptEnded(
      long high,
      long low,
      Outcome outcome,
      int exitCode,
      String error,
      ResourceUse use,
      long startedAt,
      long endedAt,
      byte[] result,
      JobState next,
      long dueAt,
      long order,
      boolean countsAsTry,
      boolean countsAsDeath,
      String reason,
      String avoidNode) {
    super(high, low);
    this.outcome = outcome;
    this.exitCode = exitCode;
    this.error = error;
    this.use = use;
    this.startedAt = startedAt;
    this.endedAt = endedAt;
    this.result = result;
    this.next = next;
    this.dueAt = dueAt;
    this.order = order;
    this.countsAsTry = countsAsTry;
    this.countsAsDeath = countsAsDeath;
    this.reason = reason;
    this.avoidNode = avoidNode;
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public int weight() {
    return 64 + result.length;
  }

  @Override
  public void encode(Output out) {
    boolean details = exitCode != -1 || !error.isEmpty() || !use.equals(ResourceUse.NONE);
    boolean planned = dueAt != 0 || order != 0 || !reason.isEmpty() || !avoidNode.isEmpty();
    boolean times = startedAt != 0 || endedAt != 0;
    out.writeLong(high());
    out.writeLong(low());
    out.writeByte(outcome.ordinal() << 4 | next.ordinal());
    out.writeByte(
        (details ? DETAILS : 0)
            | (result.length > 0 ? RESULT : 0)
            | (planned ? PLANNED : 0)
            | (countsAsTry ? TRY : 0)
            | (countsAsDeath ? DEATH : 0)
            | (times ? TIMES : 0));
    if (details) {
      AttemptRecord.encodeEnd(out, exitCode, error, use);
    }
    if (times) {
      out.writeVarint(startedAt);
      out.writeVarint(endedAt);
    }
    if (result.length > 0) {
      out.writeBytes(result);
    }
    if (planned) {
      out.writeVarint(dueAt);
      out.writeVarint(order);
      out.writeString(reason);
      out.writeString(avoidNode);
    }
  }

  static AttemptEnded decode(Input in) {
    long high = in.readLong();
    long low = in.readLong();
    int kinds = in.readByte();
    int flags = in.readByte();
    boolean details = (flags & DETAILS) != 0;
    int exitCode = details ? (int) in.readSigned() : -1;
    String error = details ? in.readString() : "";
    ResourceUse use = details ? AttemptRecord.decodeUse(in) : ResourceUse.NONE;
    boolean times = (flags & TIMES) != 0;
    long startedAt = times ? in.readVarint() : 0;
    long endedAt = times ? in.readVarint() : 0;
    byte[] result = (flags & RESULT) != 0 ? in.readBytes() : Course.NEW.result();
    boolean planned = (flags & PLANNED) != 0;
    return new AttemptEnded(
        high,
        low,
        OUTCOMES[kinds >> 4],
        exitCode,
        error,
        use,
        startedAt,
        endedAt,
        result,
        STATES[kinds & 0x0F],
        planned ? in.readVarint() : 0,
        planned ? in.readVarint() : 0,
        (flags & TRY) != 0,
        (flags & DEATH) != 0,
        planned ? in.readString() : "",
        planned ? in.readString() : "");
  }

  @Override
  JobRecord after(JobRecord job, long atMillis) {
    Course course = job.course();
    AttemptRecord running = course.last();
    AttemptRecord ended =
        running.ended(
            startedAt == 0 ? running.startedAt() : startedAt,
            endedAt == 0 ? atMillis : endedAt,
            outcome,
            exitCode,
            error,
            use);
    Course after =
        course.ended(
            ended,
            countsAsTry ? course.tries() : course.tries() - 1,
            countsAsDeath ? course.deaths() + 1 : course.deaths(),
            reason,
            result,
            avoidNode);
    long newOrder = next == JobState.QUEUED ? order : job.order();
    return job.in(next, newOrder, next == JobState.RETRYING ? dueAt : atMillis, after);
  }

  @Override
  public String toString() {
    return "AttemptEnded[job="
        + new JobId(high(), low())
        + ", outcome="
        + outcome
        + ", next="
        + next
        + ", reason="
        + reason
        + "]";
  }
}
