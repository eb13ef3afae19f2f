/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.queue;

import io.desaster.api.job.JobId;
import java.time.Instant;
import java.util.Optional;

/**
 * A blocked key.
 *
 * @param holder the job that holds it
 * @param until when it becomes free; empty: a window after the holder's end, which is not known yet
 */
public record CoolDownEntry(String queue, String key, JobId holder, Optional<Instant> until) {}
