/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.job.JobSpec;

/**
 * A {@code QUEUE PUSH} as it was understood.
 *
 * @param fullReply false: the answer is the job's id; true: the fields of a {@link
 *     io.desaster.api.job.Submission} (option {@code reply full})
 */
public record Push(JobSpec spec, boolean fullReply) {}
