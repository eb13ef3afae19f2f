/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

/**
 * What an attempt used, of the whole process tree that was waited for.
 *
 * @param userMicros CPU time in user mode, microseconds
 * @param systemMicros CPU time in the kernel, microseconds
 * @param maxRssBytes largest resident set of one process, bytes
 */
public record ResourceUse(long userMicros, long systemMicros, long maxRssBytes) {
  public static final ResourceUse NONE = new ResourceUse(0, 0, 0);
}
