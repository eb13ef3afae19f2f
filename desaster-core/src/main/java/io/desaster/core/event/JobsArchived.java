/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;
import java.util.List;

/**
 * The records of these finished jobs leave the heap. Each node keeps them in its own files, so the
 * event says which jobs, not where. Both copies of the state share what stands for them: the first
 * to which the event is applied makes it.
 */
public final class JobsArchived implements Event {
  static final int TYPE = 33;

  private final long[] ids;
  private final ArchivedJob[] archived;

  /** Both in the same order; the latter is null where nothing stands for the job yet. */
  private JobsArchived(long[] highLowPairs, ArchivedJob[] archived) {
    this.ids = highLowPairs;
    this.archived = archived;
  }

  public static JobsArchived of(List<JobRecord> jobs) {
    long[] ids = new long[jobs.size() * 2];
    for (int i = 0; i < jobs.size(); i++) {
      ids[i * 2] = jobs.get(i).high();
      ids[i * 2 + 1] = jobs.get(i).low();
    }
    return new JobsArchived(ids, new ArchivedJob[jobs.size()]);
  }

  /** High and low halves in turn. */
  public long[] ids() {
    return ids.clone();
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public int weight() {
    return 8 + ids.length * Long.BYTES;
  }

  @Override
  public void encode(Output out) {
    out.writeVarint(archived.length);
    for (long half : ids) {
      out.writeLong(half);
    }
  }

  static JobsArchived decode(Input in) {
    long[] ids = new long[in.readVarint32() * 2];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = in.readLong();
    }
    return new JobsArchived(ids, new ArchivedJob[ids.length / 2]);
  }

  @Override
  public void apply(State state, long atMillis) {
    for (int i = 0; i < archived.length; i++) {
      JobRecord job = state.job(ids[i * 2], ids[i * 2 + 1]);
      if (archived[i] == null) {
        archived[i] = state.archive(job);
      } else {
        state.archive(job, archived[i]);
      }
    }
  }

  @Override
  public String toString() {
    return "JobsArchived[" + archived.length + " jobs]";
  }
}
