/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

/**
 * The answer to a submit: the job is safe.
 *
 * @param id its id
 * @param known true if this very job was submitted before, or the key's cool-down coalesced it
 * @param copies how many nodes have it on disk
 */
public record Submission(JobId id, boolean known, int copies) {}
