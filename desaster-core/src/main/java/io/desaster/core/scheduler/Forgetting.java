/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobOptions;
import io.desaster.core.event.JobForgotten;
import io.desaster.core.log.Output;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.OptionsCodec;
import java.util.zip.CRC32C;

/** Drops finished jobs, remembering the ids that could be sent again. */
public final class Forgetting {
  private Forgetting() {}

  public static void forget(Turn turn, JobRecord job) {
    long until = job.idGiven() ? job.at() + turn.settings().idWindowMillis() : 0;
    turn.release(job);
    boolean remember = until > turn.now();
    long hash = remember ? specHash(job.queueId(), job.payload(), job.options()) : 0;
    turn.emit(new JobForgotten(job.high(), job.low(), hash, remember ? until : 0));
  }

  /** Tells specs apart: two equal specs have equal hashes. */
  public static long specHash(int queueId, byte[] payload, JobOptions options) {
    Output out = new Output(64 + payload.length);
    out.writeVarint(queueId);
    out.writeBytes(payload);
    OptionsCodec.encode(options, out);
    CRC32C crc = new CRC32C();
    crc.update(out.array(), 0, out.size());
    long low = crc.getValue();
    crc.update(out.size());
    crc.update(out.array(), 0, out.size());
    return crc.getValue() << 32 | low;
  }
}
