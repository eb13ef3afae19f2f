/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobId;
import io.desaster.core.state.JobRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A job's key for cool-downs: its own, or a hash of kind and payload. */
public final class Keys {
  private Keys() {}

  public static String of(JobRecord job, String kind) {
    return of(job.options().key(), kind, job.payload());
  }

  public static String of(String own, String kind, byte[] payload) {
    if (!own.isEmpty()) {
      return own;
    }
    byte[] kindBytes = (kind + '\0').getBytes(StandardCharsets.UTF_8);
    byte[] both = Arrays.copyOf(kindBytes, kindBytes.length + payload.length);
    System.arraycopy(payload, 0, both, kindBytes.length, payload.length);
    return JobId.hashOf(both).toString();
  }
}
