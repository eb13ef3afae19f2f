/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobState;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;

/**
 * What the heap keeps of a finished job whose record is on the disk: 48 bytes, shared by the
 * working state and the committed copy. Where the record is, is this node's own affair, known to
 * the {@link Archive} alone and not part of the state.
 */
public sealed class ArchivedJob implements JobHead {
  private static final JobState[] STATES = JobState.values();
  private static final int GIVEN = 0x10;

  private final long high;
  private final long low;
  private final long at;
  private final int queueId;
  private final JobState state;
  private volatile long place;

  /** One whose id may be sent again: the spec must be recognised without a look at the disk. */
  private static final class Given extends ArchivedJob {
    private final long specHash;

    Given(long high, long low, int queueId, JobState state, long at, long specHash) {
      super(high, low, queueId, state, at);
      this.specHash = specHash;
    }

    @Override
    public boolean idGiven() {
      return true;
    }

    @Override
    public long specHash() {
      return specHash;
    }
  }

  private ArchivedJob(long high, long low, int queueId, JobState state, long at) {
    this.high = high;
    this.low = low;
    this.queueId = queueId;
    this.state = state;
    this.at = at;
  }

  /** Stands for this finished job, whose record is not on the disk yet. */
  public static ArchivedJob of(JobRecord job) {
    return job.idGiven()
        ? new Given(job.high(), job.low(), job.queueId(), job.state(), job.at(), job.specHash())
        : new ArchivedJob(job.high(), job.low(), job.queueId(), job.state(), job.at());
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
  public int queueId() {
    return queueId;
  }

  @Override
  public JobState state() {
    return state;
  }

  @Override
  public long at() {
    return at;
  }

  @Override
  public boolean idGiven() {
    return false;
  }

  @Override
  public long specHash() {
    throw new IllegalStateException("the spec of job " + id() + " is never asked for");
  }

  /** Where the archive has the record; 0: not on the disk yet. */
  public long place() {
    return place;
  }

  /** The archive has the record here from now on. */
  public void settle(long newPlace) {
    place = newPlace;
  }

  /** Writes all of it but the place. */
  public void encode(Output out) {
    out.writeLong(high);
    out.writeLong(low);
    out.writeVarint(queueId);
    out.writeByte(state.ordinal() | (idGiven() ? GIVEN : 0));
    out.writeVarint(at);
    if (idGiven()) {
      out.writeLong(specHash());
    }
  }

  public static ArchivedJob decode(Input in) {
    long high = in.readLong();
    long low = in.readLong();
    int queueId = in.readVarint32();
    int flags = in.readByte();
    long at = in.readVarint();
    JobState state = STATES[flags & 0x0F];
    return (flags & GIVEN) != 0
        ? new Given(high, low, queueId, state, at, in.readLong())
        : new ArchivedJob(high, low, queueId, state, at);
  }

  @Override
  public String toString() {
    return id() + " " + state + " queue " + queueId + " archived";
  }
}
