/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobQuery;
import io.desaster.core.log.ArchiveFiles;
import io.desaster.core.state.ArchivedJob;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.RadixSort;
import io.desaster.core.state.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for jobs among the archived ones. The copy's thread chooses those that come into question
 * by what the heap knows of them; their records are read on another thread, a slice at a time. If
 * the filter asks for nothing else, all that were chosen match, and for a page only so many are
 * read as can be on it: best first, by what the heap tells of their sort value.
 */
final class ArchiveSearch {
  private static final Logger LOG = LoggerFactory.getLogger(ArchiveSearch.class);
  private static final int SLICE_RECORDS = 2_000;
  private static final long SLICE_BYTES = 4 << 20;

  private final FinishedArchive archive;
  private final JobHead[] candidates;
  private final Predicate<JobRecord> filter;
  private final Consumer<JobRecord> found;
  private final Listing listing;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final List<JobHead> matching;
  private boolean sorted;
  private int position;

  private ArchiveSearch(
      FinishedArchive archive,
      JobHead[] candidates,
      Predicate<JobRecord> filter,
      List<JobHead> matching,
      Consumer<JobRecord> found,
      Listing listing) {
    this.archive = archive;
    this.candidates = candidates;
    this.filter = filter;
    this.matching = matching;
    this.found = found;
    this.listing = listing;
  }

  /** Completes a page with archived jobs. On the copy's thread. */
  static ArchiveSearch page(State state, FinishedArchive archive, Listing listing, long nowMillis) {
    JobFilter filter = listing.query().filter();
    JobHead[] candidates = candidates(state, archive, filter);
    if (!FilterMatcher.onHeadsOnly(filter)) {
      Predicate<JobRecord> whole = filter(filter, state, nowMillis);
      return new ArchiveSearch(archive, candidates, whole, List.of(), listing::found, null);
    }
    listing.count(candidates.length);
    return new ArchiveSearch(archive, candidates, job -> true, List.of(), listing::offer, listing);
  }

  /** All archived jobs that match. On the copy's thread. */
  static ArchiveSearch select(
      State state, FinishedArchive archive, JobFilter filter, long nowMillis) {
    JobHead[] candidates = candidates(state, archive, filter);
    if (FilterMatcher.onHeadsOnly(filter)) {
      return new ArchiveSearch(
          archive, new JobHead[0], job -> true, List.of(candidates), job -> {}, null);
    }
    Predicate<JobRecord> whole = filter(filter, state, nowMillis);
    List<JobHead> matching = new ArrayList<>();
    return new ArchiveSearch(archive, candidates, whole, matching, matching::add, null);
  }

  private static Predicate<JobRecord> filter(JobFilter filter, State state, long nowMillis) {
    List<List<byte[]>> texts = PayloadSearch.texts(filter);
    return FilterMatcher.of(
        filter, state, nowMillis, large -> PayloadSearch.containsAll(large.bytes(), texts));
  }

  /** Records that are not on the disk yet are taken as they are. */
  private static JobHead[] candidates(State state, FinishedArchive archive, JobFilter filter) {
    Predicate<JobHead> mayMatch = FilterMatcher.ofHeads(filter, state);
    List<JobHead> chosen = new ArrayList<>();
    state.forEachArchived(
        job -> {
          if (mayMatch.test(job)) {
            JobRecord unwritten = archive.unwritten(job);
            chosen.add(unwritten == null ? job : unwritten);
          }
        });
    return chosen.toArray(new JobHead[0]);
  }

  boolean isEmpty() {
    return candidates.length == 0;
  }

  /** Reads what is to be read; completes when all of it is. */
  CompletableFuture<Void> run(Executor reader) {
    try {
      reader.execute(
          () -> {
            try {
              if (slice()) {
                run(reader);
              } else {
                done.complete(null);
              }
            } catch (IOException e) {
              done.completeExceptionally(new UncheckedIOException(e));
            } catch (RuntimeException e) {
              done.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException closing) {
      done.completeExceptionally(closing);
    }
    return done;
  }

  /** False when there is nothing more to do. */
  private boolean slice() throws IOException {
    if (!sorted) {
      sort();
      sorted = true;
    }
    long bytes = 0;
    try (ArchiveFiles.Reader open = archive.reader()) {
      for (int i = 0; i < SLICE_RECORDS && bytes < SLICE_BYTES; i++) {
        if (position == candidates.length || behindPage(candidates[position])) {
          return false;
        }
        JobHead candidate = candidates[position];
        candidates[position++] = null;
        if (!beforePage(candidate)) {
          JobRecord job = recordOrNull(open, candidate);
          if (job != null) {
            bytes += job.payloadBytes();
            if (filter.test(job)) {
              found.accept(job);
            }
          }
        }
      }
    }
    return true;
  }

  /** One damaged record must not hide all the others. */
  private static JobRecord recordOrNull(ArchiveFiles.Reader open, JobHead candidate) {
    try {
      return candidate instanceof JobRecord job
          ? job
          : FinishedArchive.read(open, (ArchivedJob) candidate);
    } catch (IOException e) {
      LOG.error("job {} is left out of a listing: {}", candidate.id(), e.getMessage());
      return null;
    }
  }

  // What the heap tells of the order.

  private void sort() {
    if (listing == null || !bounded(listing.query())) {
      RadixSort.by(job -> job instanceof ArchivedJob archived ? archived.place() : 0, candidates);
      return;
    }
    ToLongFunction<JobHead> best = job -> best(job, listing.query());
    boolean descending = listing.query().descending();
    RadixSort.by(job -> descending ? -best.applyAsLong(job) : best.applyAsLong(job), candidates);
  }

  private static boolean bounded(JobQuery query) {
    return switch (query.sort()) {
      case SUBMITTED, DUE, FINISHED, QUEUE -> true;
      case STARTED, PRIORITY -> false;
    };
  }

  /** No sort value of the job comes earlier in the order than this. */
  private static long best(JobHead job, JobQuery query) {
    return switch (query.sort()) {
      case QUEUE -> job.queueId();
      case SUBMITTED ->
          submitted(job) ? job.id().madeAtMillis() : query.descending() ? job.at() : 0;
      default -> job.at();
    };
  }

  /** Whether the id tells when the job was submitted. */
  private static boolean submitted(JobHead job) {
    return !job.idGiven() && job.id().timed();
  }

  private boolean behindPage(JobHead job) {
    return listing != null
        && bounded(listing.query())
        && listing.beyond(best(job, listing.query()));
  }

  private boolean beforePage(JobHead job) {
    boolean known = listing != null && bounded(listing.query());
    return known
        && (listing.query().sort() != JobQuery.Sort.SUBMITTED || submitted(job))
        && listing.before(best(job, listing.query()));
  }

  /** Ids of the jobs found, before those on the heap; high and low halves in turn. */
  long[] idsAnd(long[] onHeap) {
    JobHead[] oldestFirst = matching.toArray(new JobHead[0]);
    RadixSort.by(JobHead::at, oldestFirst);
    long[] ids = new long[oldestFirst.length * 2 + onHeap.length];
    for (int i = 0; i < oldestFirst.length; i++) {
      ids[i * 2] = oldestFirst[i].high();
      ids[i * 2 + 1] = oldestFirst[i].low();
    }
    System.arraycopy(onHeap, 0, ids, oldestFirst.length * 2, onHeap.length);
    return ids;
  }
}
