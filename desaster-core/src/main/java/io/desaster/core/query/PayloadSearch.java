/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobFilter.Term;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.LargePayload;
import io.desaster.core.state.State;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;

/**
 * Looks for texts in payloads that are kept on the disk. The copy's thread only chooses which ones
 * come into question; they are read on another thread, a slice at a time, so that searches take
 * turns; then the copy's thread answers with what was found. What was submitted meanwhile is not
 * part of the answer.
 */
final class PayloadSearch {
  /** For filters that look into no payload on the disk. */
  static final PayloadSearch NONE = new PayloadSearch(List.of(), List.of());

  private static final int SLICE_BYTES = 4 << 20;

  private final List<LargePayload> candidates;
  private final List<List<byte[]>> terms;
  private final Set<LargePayload> found = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<LargePayload, UncheckedIOException> unreadable = new IdentityHashMap<>();
  private final CompletableFuture<PayloadSearch> done = new CompletableFuture<>();
  private int position;

  private PayloadSearch(List<LargePayload> candidates, List<List<byte[]>> terms) {
    this.candidates = candidates;
    this.terms = terms;
  }

  /** Whether the filter looks into payloads. */
  static boolean neededFor(JobFilter filter) {
    return filter.terms().stream().anyMatch(PayloadSearch::isText);
  }

  private static boolean isText(Term term) {
    return term.field().equals("text");
  }

  /** Chooses the payloads of all jobs that match but for the texts. On the copy's thread. */
  static PayloadSearch of(State state, JobFilter filter, long nowMillis) {
    Predicate<JobRecord> mayMatch = FilterMatcher.of(filter, state, nowMillis, large -> true);
    List<LargePayload> candidates = new ArrayList<>();
    state.forEachJob(
        job -> {
          if (job.largePayload() != null && mayMatch.test(job)) {
            candidates.add(job.largePayload());
          }
        });
    if (candidates.isEmpty()) {
      return NONE;
    }
    return new PayloadSearch(candidates, texts(filter));
  }

  /** Reads the payloads; completes with this search when all are read. */
  CompletableFuture<PayloadSearch> run(Executor reader) {
    if (position == candidates.size()) {
      done.complete(this);
      return done;
    }
    try {
      reader.execute(
          () -> {
            try {
              slice();
              run(reader);
            } catch (RuntimeException e) {
              done.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException closing) {
      done.completeExceptionally(closing);
    }
    return done;
  }

  private void slice() {
    long bytes = 0;
    while (position < candidates.size() && bytes < SLICE_BYTES) {
      LargePayload payload = candidates.get(position++);
      bytes += payload.length();
      try {
        if (matches(payload.bytes())) {
          found.add(payload);
        }
      } catch (UncheckedIOException e) {
        // Its job may be forgotten by now, and its place in the log with it.
        unreadable.put(payload, e);
      }
    }
  }

  private boolean matches(byte[] payload) {
    return containsAll(payload, terms);
  }

  /** The texts that the filter looks for; of each, one of the alternatives. */
  static List<List<byte[]>> texts(JobFilter filter) {
    return filter.terms().stream().filter(PayloadSearch::isText).map(PayloadSearch::bytes).toList();
  }

  static boolean containsAll(byte[] payload, List<List<byte[]>> terms) {
    for (List<byte[]> alternatives : terms) {
      if (!containsAny(payload, alternatives)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether the texts were found in the payload.
   *
   * @throws UncheckedIOException if it could not be read
   */
  boolean found(LargePayload payload) {
    UncheckedIOException failure = unreadable.get(payload);
    if (failure != null) {
      throw failure;
    }
    return found.contains(payload);
  }

  static List<byte[]> bytes(Term term) {
    return term.values().stream().map(v -> v.getBytes(StandardCharsets.UTF_8)).toList();
  }

  static boolean containsAny(byte[] text, List<byte[]> alternatives) {
    for (int i = 0; i < alternatives.size(); i++) {
      if (contains(text, alternatives.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(byte[] text, byte[] part) {
    for (int at = 0; at <= text.length - part.length; at++) {
      int same = 0;
      while (same < part.length && text[at + same] == part[same]) {
        same++;
      }
      if (same == part.length) {
        return true;
      }
    }
    return false;
  }
}
