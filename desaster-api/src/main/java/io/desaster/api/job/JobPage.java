/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

import java.util.List;

/**
 * A page of a listing.
 *
 * @param jobs the jobs
 * @param matched how many match in all
 * @param next cursor of the next page; empty: this was the last
 * @param index the committed index the page shows
 */
public record JobPage(List<Job> jobs, long matched, String next, long index) {
  public JobPage {
    jobs = List.copyOf(jobs);
  }
}
