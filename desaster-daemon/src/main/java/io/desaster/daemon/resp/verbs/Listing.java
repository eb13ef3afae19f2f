/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobPage;
import io.desaster.api.job.JobQuery;
import io.desaster.api.wire.JobFields;
import io.desaster.daemon.resp.Reply;
import java.util.List;
import java.util.Locale;

/** What the verbs that list jobs have in common. */
final class Listing {
  static final String GRAMMAR = "[SORT field] [(ASC | DESC)] [LIMIT count] [CURSOR cursor]";
  static final List<String> KEYWORDS = List.of("SORT", "ASC", "DESC", "LIMIT", "CURSOR");
  private static final int LIMIT = 100;
  private static final int LIMIT_MAX = 10_000;

  private Listing() {}

  /** Reads what follows the filter. */
  static JobQuery read(String filter, Words words) {
    JobQuery.Sort sort = JobQuery.Sort.SUBMITTED;
    boolean descending = true;
    int limit = LIMIT;
    String cursor = "";
    while (words.more()) {
      if (words.accept("SORT")) {
        sort = sort(words.text("field"));
      } else if (words.accept("ASC")) {
        descending = false;
      } else if (words.accept("DESC")) {
        descending = true;
      } else if (words.accept("LIMIT")) {
        limit = words.count("LIMIT", 1, LIMIT_MAX);
      } else if (words.accept("CURSOR")) {
        cursor = words.text("cursor");
      } else {
        throw words.unexpected();
      }
    }
    return new JobQuery(JobFilter.parse(filter), sort, descending, limit, cursor);
  }

  private static JobQuery.Sort sort(String field) {
    for (JobQuery.Sort sort : JobQuery.Sort.values()) {
      if (sort.name().equalsIgnoreCase(field)) {
        return sort;
      }
    }
    throw new IllegalArgumentException(
        "SORT takes submitted, due, started, finished, priority or queue, not '"
            + field.toLowerCase(Locale.ROOT)
            + "'");
  }

  /** A name as a value in a filter. */
  static String quoted(String name) {
    if (name.indexOf('"') >= 0) {
      throw new IllegalArgumentException("a name with a quote cannot stand in a filter: " + name);
    }
    return '"' + name + '"';
  }

  static Reply page(JobPage page) {
    return Reply.of(JobFields.of(page));
  }
}
