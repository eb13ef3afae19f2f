/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

import io.desaster.api.error.DesasterException;

/** One line of a batch submit: exactly one of the two is not null. */
public record SubmitResult(Submission submission, DesasterException refusal) {}
