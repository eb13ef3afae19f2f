/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobOptions;
import io.desaster.api.job.JobState;
import io.desaster.api.spi.Demand;
import io.desaster.api.spi.QueuedJob;
import io.desaster.core.log.Input;
import io.desaster.core.log.Location;
import io.desaster.core.log.Output;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A job as the state keeps it: immutable, and shared by the working state and the committed copy.
 * Not a record class, because one million of them are kept and every field counts.
 */
public final class JobRecord implements JobHead, QueuedJob {
  private static final JobState[] STATES = JobState.values();
  private static final byte[] NO_BYTES = {};
  private static final CancelMode[] MODES = CancelMode.values();

  private final long high;
  private final long low;
  private final int queueId;
  private final boolean idGiven;
  private final JobState state;

  /** A {@code byte[]} or a {@link LargePayload}: a field of its own would cost a million words. */
  private final Object payload;

  private final JobOptions options;
  private final long submittedAt;
  private final long order;
  private final long at;
  private final Course course;

  private JobRecord(
      long high,
      long low,
      int queueId,
      boolean idGiven,
      Object payload,
      JobOptions options,
      long submittedAt,
      JobState state,
      long order,
      long at,
      Course course) {
    this.high = high;
    this.low = low;
    this.queueId = queueId;
    this.idGiven = idGiven;
    this.payload = payload;
    this.options = options;
    this.submittedAt = submittedAt;
    this.state = state;
    this.order = order;
    this.at = at;
    this.course = course;
  }

  /**
   * A job just submitted.
   *
   * @param idGiven whether the id came from the submitter, who may send it again
   * @param at when it is due if SCHEDULED, else {@code submittedAt}
   */
  public static JobRecord submitted(
      JobId id,
      boolean idGiven,
      int queueId,
      byte[] payload,
      JobOptions options,
      JobState state,
      long submittedAt,
      long order,
      long at) {
    return new JobRecord(
        id.high(),
        id.low(),
        queueId,
        idGiven,
        payload.length > LargePayload.INLINE_BYTES_MAX ? new LargePayload(payload) : payload,
        options,
        submittedAt,
        state,
        order,
        at,
        Course.NEW);
  }

  /** The same job in another state since (or due at) {@code newAt}. */
  public JobRecord in(JobState newState, long newOrder, long newAt, Course newCourse) {
    return new JobRecord(
        high,
        low,
        queueId,
        idGiven,
        payload,
        options,
        submittedAt,
        newState,
        newOrder,
        newAt,
        newCourse);
  }

  public JobRecord withCourse(Course newCourse) {
    return in(state, order, at, newCourse);
  }

  public JobRecord withOptions(JobOptions newOptions) {
    return changed(queueId, newOptions, order);
  }

  public JobRecord inQueue(int newQueueId, long newOrder) {
    return changed(newQueueId, options, newOrder);
  }

  private JobRecord changed(int newQueueId, JobOptions newOptions, long newOrder) {
    Course newCourse =
        idGiven && course.originalSpec() == 0 ? course.withOriginalSpec(SpecHash.of(this)) : course;
    return new JobRecord(
        high,
        low,
        newQueueId,
        idGiven,
        payload,
        newOptions,
        submittedAt,
        state,
        newOrder,
        at,
        newCourse);
  }

  /** Stands for the spec as submitted, whatever was changed since. */
  @Override
  public long specHash() {
    return course.originalSpec() == 0 ? SpecHash.of(this) : course.originalSpec();
  }

  @Override
  public long high() {
    return high;
  }

  @Override
  public long low() {
    return low;
  }

  @Override
  public JobId id() {
    return new JobId(high, low);
  }

  @Override
  public int queueId() {
    return queueId;
  }

  @Override
  public boolean idGiven() {
    return idGiven;
  }

  /** The payload, unless it is a large one: then empty. */
  public byte[] inlinePayload() {
    return payload instanceof byte[] bytes ? bytes : NO_BYTES;
  }

  public int payloadBytes() {
    return payload instanceof LargePayload large ? large.length() : inlinePayload().length;
  }

  /** The payload if it is kept off the heap, else null. */
  public LargePayload largePayload() {
    return payload instanceof LargePayload large ? large : null;
  }

  /** The payload; may block on the disk if it is a large one. */
  public byte[] readPayload() {
    return payload instanceof LargePayload large ? large.bytes() : inlinePayload();
  }

  /** Whether the payload is this one. */
  public boolean hasPayload(byte[] bytes) {
    return payload instanceof LargePayload large
        ? large.length() == bytes.length && large.hash().equals(JobId.hashOf(bytes))
        : Arrays.equals(inlinePayload(), bytes);
  }

  public JobOptions options() {
    return options;
  }

  /** Milliseconds since 1970. */
  public long submittedAt() {
    return submittedAt;
  }

  @Override
  public JobState state() {
    return state;
  }

  @Override
  public long at() {
    return at;
  }

  public Course course() {
    return course;
  }

  @Override
  public long order() {
    return order;
  }

  @Override
  public String flow() {
    return options.flow();
  }

  @Override
  public int priority() {
    return options.priority();
  }

  @Override
  public double cost() {
    return options.cost();
  }

  @Override
  public long estimateNanos() {
    return Moments.nanos(options.estimateMillis());
  }

  @Override
  public long deadlineAtNanos() {
    return options.deadlineMillis() == 0
        ? Long.MAX_VALUE
        : Moments.nanos(Moments.after(submittedAt, options.deadlineMillis()));
  }

  @Override
  public Demand demand() {
    if (options == JobOptions.DEFAULT && course.avoidNode().isEmpty()) {
      return Demand.NONE;
    }
    if (options.label().isEmpty()
        && options.node().isEmpty()
        && options.limit().isEmpty()
        && course.avoidNode().isEmpty()) {
      return Demand.NONE;
    }
    return new Demand(options.label(), options.node(), course.avoidNode(), options.limit());
  }

  public void encode(Output out) {
    out.writeLong(high);
    out.writeLong(low);
    out.writeVarint(queueId);
    out.writeByte(
        state.ordinal() | (idGiven ? 0x10 : 0) | (course == Course.NEW ? 0 : 0x20) | changedBit());
    encodePayload(out);
    OptionsCodec.encode(options, out);
    out.writeVarint(submittedAt);
    out.writeVarint(order);
    out.writeSigned(at - submittedAt);
    if (course != Course.NEW) {
      encodeCourse(out);
    }
    if (course.originalSpec() != 0) {
      out.writeLong(course.originalSpec());
    }
  }

  private int changedBit() {
    return course.originalSpec() == 0 ? 0 : 0x40;
  }

  private void encodePayload(Output out) {
    byte[] bytes = readPayload();
    out.writeVarint(bytes.length);
    if (payload instanceof LargePayload) {
      out.mark(payload);
    }
    out.writeRaw(bytes, 0, bytes.length);
  }

  private static Object decodePayload(Input in) {
    int length = in.readVarint32();
    if (length <= LargePayload.INLINE_BYTES_MAX) {
      return in.readRaw(length);
    }
    if (in.log() == null) {
      return new LargePayload(in.readRaw(length));
    }
    Location location = in.locationOfNext(length);
    return new LargePayload(in.readRaw(length), in.log(), location);
  }

  private void encodeCourse(Output out) {
    out.writeVarint(course.attempts().size());
    for (AttemptRecord attempt : course.attempts()) {
      attempt.encode(out);
    }
    out.writeVarint(course.tries());
    out.writeVarint(course.deaths());
    out.writeString(course.reason());
    out.writeBytes(course.result());
    out.writeByte(course.cancel() == null ? 0 : course.cancel().ordinal() + 1);
    out.writeString(course.cancelBy());
    out.writeString(course.avoidNode());
    out.writeVarint(course.unreachableSince());
  }

  public static JobRecord decode(Input in) {
    long high = in.readLong();
    long low = in.readLong();
    int queueId = in.readVarint32();
    int flags = in.readByte();
    Object payload = decodePayload(in);
    JobOptions options = OptionsCodec.decode(in);
    long submittedAt = in.readVarint();
    long order = in.readVarint();
    long at = submittedAt + in.readSigned();
    Course course = (flags & 0x20) == 0 ? Course.NEW : decodeCourse(in);
    if ((flags & 0x40) != 0) {
      course = course.withOriginalSpec(in.readLong());
    }
    return new JobRecord(
        high,
        low,
        queueId,
        (flags & 0x10) != 0,
        payload,
        options,
        submittedAt,
        STATES[flags & 0x0F],
        order,
        at,
        course);
  }

  private static Course decodeCourse(Input in) {
    int count = in.readVarint32();
    List<AttemptRecord> attempts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      attempts.add(AttemptRecord.decode(in));
    }
    int tries = in.readVarint32();
    int deaths = in.readVarint32();
    String reason = in.readString();
    byte[] result = in.readBytes();
    int cancel = in.readByte();
    return new Course(
        List.copyOf(attempts),
        tries,
        deaths,
        reason,
        result,
        cancel == 0 ? null : MODES[cancel - 1],
        in.readString(),
        in.readString(),
        in.readVarint(),
        0);
  }

  @Override
  public String toString() {
    return id() + " " + state + " queue " + queueId + " order " + order;
  }
}
