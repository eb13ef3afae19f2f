/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobOptions;
import io.desaster.core.log.Output;
import java.util.zip.CRC32C;

/** Tells specs apart: two equal specs have equal hashes, which are never 0. */
public final class SpecHash {
  private SpecHash() {}

  public static long of(int queueId, byte[] payload, JobOptions options) {
    return of(queueId, JobId.hashOf(payload), options);
  }

  /** Of the spec as the job has it now. */
  static long of(JobRecord job) {
    LargePayload large = job.largePayload();
    JobId hash = large == null ? JobId.hashOf(job.inlinePayload()) : large.hash();
    return of(job.queueId(), hash, job.options());
  }

  private static long of(int queueId, JobId payloadHash, JobOptions options) {
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
    long hash = crc.getValue() << 32 | low;
    return hash == 0 ? 1 : hash;
  }
}
