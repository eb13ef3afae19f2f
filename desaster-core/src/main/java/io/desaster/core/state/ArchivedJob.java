/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobState;
import io.desaster.core.log.Output;

/**
 * What the heap keeps of a finished job whose record is on the disk, shared by the working state
 * and the committed copy. It is a place in a {@linkplain ArchivedBlock block}, made when it is
 * asked for: two of the same place are equal. Where the record is, is this node's own affair, known
 * to the {@link Archive} alone and not part of the state.
 */
public final class ArchivedJob implements JobHead {
  private final ArchivedBlock block;
  private final int position;

  ArchivedJob(ArchivedBlock block, int position) {
    this.block = block;
    this.position = position;
  }

  ArchivedBlock block() {
    return block;
  }

  int position() {
    return position;
  }

  @Override
  public long high() {
    return block.high(position);
  }

  @Override
  public long low() {
    return block.low(position);
  }

  @Override
  public int queueId() {
    return block.queueId();
  }

  @Override
  public JobState state() {
    return ArchivedBlock.state(block.flagsOf(position));
  }

  @Override
  public long at() {
    return block.at(position);
  }

  @Override
  public boolean idGiven() {
    return ArchivedBlock.idGiven(block.flagsOf(position));
  }

  @Override
  public long specHash() {
    if (!idGiven()) {
      throw new IllegalStateException("the spec of job " + id() + " is never asked for");
    }
    return block.specHash(position);
  }

  /** Where the archive has the record; 0: not on the disk yet. */
  public long place() {
    return block.place(position);
  }

  /** The archive has the record here from now on. */
  public void settle(long newPlace) {
    block.settle(position, newPlace);
  }

  /** Whether this one came right after the other. */
  public boolean follows(ArchivedJob other) {
    return block == other.block && position == other.position + 1;
  }

  /** The one that came right after this one. */
  public ArchivedJob next() {
    return new ArchivedJob(block, position + 1);
  }

  /** Writes all of it but the place; {@link ArchivedLines} reads it. */
  public void encode(Output out) {
    out.writeLong(high());
    out.writeLong(low());
    out.writeVarint(queueId());
    out.writeByte(block.flagsOf(position));
    out.writeVarint(at());
    if (idGiven()) {
      out.writeLong(specHash());
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ArchivedJob job && job.block == block && job.position == position;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high()) * 31 + Long.hashCode(low());
  }

  @Override
  public String toString() {
    return id() + " " + state() + " queue " + queueId() + " archived";
  }
}
