/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A run of archived jobs of one queue, all failed or none, in the order in which they left the
 * heap: 33 bytes a job, 41 if ids were given. Columns instead of objects, so that a million jobs
 * are nothing to a garbage collector. What is kept equally long stands together, so that a block is
 * not kept for one of its jobs.
 *
 * <p>Jobs are added by one thread; another reads what it was told of, and {@linkplain #settle says
 * where} the records are. Nothing that was added changes.
 */
final class ArchivedBlock {
  /** Jobs in the largest of them. */
  static final int JOBS_MAX = 512;

  static final int JOBS_MIN = 16;

  private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(long[].class);
  private static final JobState[] STATES = JobState.values();
  private static final int STATE = 0x0F;
  private static final int GIVEN = 0x10;

  private final int queueId;
  private final long[] ids;
  private final long[] at;
  private final byte[] flags;

  /** Set by one thread, read by others. */
  private final long[] places;

  private long[] specHashes;
  private int size;

  ArchivedBlock(int queueId, int capacity) {
    this.queueId = queueId;
    ids = new long[capacity * 2];
    at = new long[capacity];
    flags = new byte[capacity];
    places = new long[capacity];
  }

  boolean full() {
    return size == at.length;
  }

  /** How many jobs it has room for. */
  int capacity() {
    return at.length;
  }

  /** What {@link #add} is told of state and id. */
  static int flags(JobState state, boolean given) {
    return state.ordinal() | (given ? GIVEN : 0);
  }

  static JobState state(int flags) {
    return STATES[flags & STATE];
  }

  static boolean idGiven(int flags) {
    return (flags & GIVEN) != 0;
  }

  /**
   * Adds a job.
   *
   * @param jobFlags from {@link #flags(JobState, boolean)}
   * @param specHash as {@link JobHead#specHash}; of no meaning if the id was not given
   */
  ArchivedJob add(long high, long low, int jobFlags, long finishedAt, long specHash) {
    int i = size++;
    ids[i * 2] = high;
    ids[i * 2 + 1] = low;
    at[i] = finishedAt;
    flags[i] = (byte) jobFlags;
    if (idGiven(jobFlags)) {
      if (specHashes == null) {
        specHashes = new long[at.length];
      }
      specHashes[i] = specHash;
    }
    return new ArchivedJob(this, i);
  }

  int queueId() {
    return queueId;
  }

  long high(int i) {
    return ids[i * 2];
  }

  long low(int i) {
    return ids[i * 2 + 1];
  }

  long at(int i) {
    return at[i];
  }

  int flagsOf(int i) {
    return flags[i];
  }

  long specHash(int i) {
    return specHashes[i];
  }

  long place(int i) {
    return (long) PLACE.getVolatile(places, i);
  }

  void settle(int i, long place) {
    PLACE.setVolatile(places, i, place);
  }
}
