/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

/**
 * Which jobs to list and how.
 *
 * @param filter which
 * @param sort by what
 * @param descending largest or newest first
 * @param limit at most so many, 1 to 10,000
 * @param cursor where to go on, from {@link JobPage#next()}; empty: at the beginning
 */
public record JobQuery(JobFilter filter, Sort sort, boolean descending, int limit, String cursor) {

  /** What to sort by; ties by submission. */
  public enum Sort {
    SUBMITTED,
    DUE,
    STARTED,
    FINISHED,
    PRIORITY,
    QUEUE
  }

  public JobQuery {
    if (limit < 1 || limit > 10_000) {
      throw new IllegalArgumentException("limit must be 1 to 10000, not " + limit);
    }
  }

  /** The newest {@code limit} jobs that match. */
  public static JobQuery newest(JobFilter filter, int limit) {
    return new JobQuery(filter, Sort.SUBMITTED, true, limit, "");
  }
}
