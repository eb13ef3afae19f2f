/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobId;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.LargePayload;
import java.nio.charset.StandardCharsets;

/** A job's key for cool-downs: its own, or a hash of kind and payload. */
public final class Keys {
  private Keys() {}

  public static String of(JobRecord job, String kind) {
    if (!job.options().key().isEmpty()) {
      return job.options().key();
    }
    LargePayload large = job.largePayload();
    return of(kind, large == null ? JobId.hashOf(job.inlinePayload()) : large.hash());
  }

  public static String of(String own, String kind, byte[] payload) {
    return own.isEmpty() ? of(kind, JobId.hashOf(payload)) : own;
  }

  private static String of(String kind, JobId payloadHash) {
    return JobId.hashOf((kind + ' ' + payloadHash).getBytes(StandardCharsets.UTF_8)).toString();
  }
}
