/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobOptions;
import io.desaster.core.event.JobForgotten;
import io.desaster.core.log.Output;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.LargePayload;
import io.desaster.core.state.OptionsCodec;
import java.util.zip.CRC32C;

/** Drops finished jobs, remembering the ids that could be sent again. */
public final class Forgetting {
  private Forgetting() {}

  public static void forget(Turn turn, JobRecord job) {
    long until = job.idGiven() ? rememberUntil(job, turn.settings().idWindowMillis()) : 0;
    turn.release(job);
    boolean remember = until > turn.now();
    long hash = remember ? specHash(job) : 0;
    turn.emit(new JobForgotten(job.high(), job.low(), hash, remember ? until : 0));
  }

  /**
   * A window after its end. An id with a time counts as too old a window after that time, so one
   * from a clock that is up to a window ahead is remembered until then.
   */
  private static long rememberUntil(JobRecord job, long windowMillis) {
    JobId id = job.id();
    long from = job.at();
    if (id.timed()) {
      from = Math.max(from, Math.min(id.madeAtMillis(), job.at() + windowMillis));
    }
    return from + windowMillis;
  }

  private static long specHash(JobRecord job) {
    LargePayload large = job.largePayload();
    JobId hash = large == null ? JobId.hashOf(job.inlinePayload()) : large.hash();
    return specHash(job.queueId(), hash, job.options());
  }

  /** Tells specs apart: two equal specs have equal hashes. */
  public static long specHash(int queueId, byte[] payload, JobOptions options) {
    return specHash(queueId, JobId.hashOf(payload), options);
  }

  private static long specHash(int queueId, JobId payloadHash, JobOptions options) {
    Output out = new Output(64);
    out.writeVarint(queueId);
    out.writeLong(payloadHash.high());
    out.writeLong(payloadHash.low());
    OptionsCodec.encode(options, out);
    CRC32C crc = new CRC32C();
    crc.update(out.array(), 0, out.size());
    long low = crc.getValue();
    crc.update(out.size());
    crc.update(out.array(), 0, out.size());
    return crc.getValue() << 32 | low;
  }
}
