/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobQuery;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * One page of the jobs that match, found by looking at all of them and keeping the first {@code
 * limit}. A cursor names the last job of the page before by its sort value and id, so that pages
 * stay right while jobs come and go.
 */
final class Listing {
  private final JobQuery query;
  private final Predicate<JobRecord> filter;
  private final Comparator<JobRecord> order;
  private final Cursor after;
  private final PriorityQueue<JobRecord> kept;
  private long matched;

  Listing(State state, JobQuery query, long nowMillis, PayloadSearch payloads) {
    this.query = query;
    this.filter = FilterMatcher.of(query.filter(), state, nowMillis, payloads::found);
    this.order = order(query);
    this.after = query.cursor().isEmpty() ? null : Cursor.parse(query.cursor());
    this.kept = new PriorityQueue<>(Math.min(query.limit(), 256) + 1, order.reversed());
    state.forEachJob(
        job -> {
          if (filter.test(job)) {
            found(job);
          }
        });
  }

  /** The job matches. */
  void found(JobRecord job) {
    matched++;
    offer(job);
  }

  /** The job matches and is counted already. */
  void offer(JobRecord job) {
    if (after == null || after.isBefore(job, query)) {
      keep(job);
    }
  }

  void count(long matching) {
    matched += matching;
  }

  JobQuery query() {
    return query;
  }

  /** Whether no job whose sort value is this one or lies behind it can be on the page any more. */
  boolean beyond(long value) {
    if (kept.size() < query.limit()) {
      return false;
    }
    long worst = value(query).applyAsLong(kept.peek());
    return query.descending() ? value < worst : value > worst;
  }

  /** Whether the page before went beyond all jobs with this sort value. */
  boolean before(long value) {
    return after != null && (query.descending() ? value > after.value() : value < after.value());
  }

  /** The jobs of the page, in order. */
  List<JobRecord> page() {
    List<JobRecord> page = new ArrayList<>(kept);
    page.sort(order);
    return page;
  }

  private void keep(JobRecord job) {
    if (kept.size() < query.limit()) {
      kept.add(job);
    } else if (order.compare(job, kept.peek()) < 0) {
      kept.poll();
      kept.add(job);
    }
  }

  /** How many match in all. */
  long matched() {
    return matched;
  }

  /** The cursor that goes on behind this page; empty if it is the last one. */
  String next(List<JobRecord> page) {
    if (page.size() < query.limit()) {
      return "";
    }
    JobRecord last = page.get(page.size() - 1);
    return value(query).applyAsLong(last) + "_" + last.submittedAt() + "_" + last.id();
  }

  /** Ids of all jobs on the heap that match, as high and low halves in turn. */
  static long[] select(State state, JobFilter filter, long nowMillis, PayloadSearch payloads) {
    Predicate<JobRecord> matches = FilterMatcher.of(filter, state, nowMillis, payloads::found);
    List<JobRecord> found = new ArrayList<>();
    state.forEachJob(
        job -> {
          if (matches.test(job)) {
            found.add(job);
          }
        });
    found.sort(Comparator.comparingLong(JobRecord::order));
    long[] ids = new long[found.size() * 2];
    for (int i = 0; i < found.size(); i++) {
      ids[i * 2] = found.get(i).high();
      ids[i * 2 + 1] = found.get(i).low();
    }
    return ids;
  }

  private static Comparator<JobRecord> order(JobQuery query) {
    Comparator<JobRecord> whole =
        Comparator.comparingLong(value(query))
            .thenComparingLong(JobRecord::submittedAt)
            .thenComparing((a, b) -> a.id().compareTo(b.id()));
    return query.descending() ? Collections.reverseOrder(whole) : whole;
  }

  static ToLongFunction<JobRecord> value(JobQuery query) {
    return switch (query.sort()) {
      case SUBMITTED -> JobRecord::submittedAt;
      case DUE -> JobRecord::at;
      case STARTED -> Listing::startedAt;
      case FINISHED -> job -> job.state().finished() ? job.at() : Long.MAX_VALUE;
      case PRIORITY -> JobRecord::priority;
      case QUEUE -> JobRecord::queueId;
    };
  }

  private static long startedAt(JobRecord job) {
    AttemptRecord last = job.course().last();
    return last == null ? Long.MAX_VALUE : last.startedAt();
  }

  /** The last job of the page before. */
  private record Cursor(long value, long submittedAt, JobId id) {
    static Cursor parse(String text) {
      String[] parts = text.split("_", 3);
      try {
        return new Cursor(
            Long.parseLong(parts[0]), Long.parseLong(parts[1]), JobId.parse(parts[2]));
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        throw new IllegalArgumentException(
            "'" + text + "' is not a cursor; give the one that the page before ended with", e);
      }
    }

    boolean isBefore(JobRecord job, JobQuery query) {
      int by = Long.compare(value, Listing.value(query).applyAsLong(job));
      by = by != 0 ? by : Long.compare(submittedAt, job.submittedAt());
      by = by != 0 ? by : id.compareTo(job.id());
      return query.descending() ? by > 0 : by < 0;
    }
  }
}
