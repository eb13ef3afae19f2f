/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobFilter.Operator;
import io.desaster.api.job.JobFilter.Term;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.LargePayload;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.State;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** A filter made ready to look at many job records. */
final class FilterMatcher {
  private FilterMatcher() {}

  /**
   * A filter over job records.
   *
   * @param payloads decides for all terms on texts whether a payload on the disk matches
   */
  static Predicate<JobRecord> of(
      JobFilter filter, State state, long nowMillis, Predicate<LargePayload> payloads) {
    Predicate<JobRecord> all = null;
    for (Term term : filter.terms()) {
      Predicate<JobRecord> one = of(term, state, nowMillis, payloads);
      all = all == null ? one : all.and(one);
    }
    return all == null ? job -> true : all;
  }

  /** Whether {@link #ofHeads} says all that the filter says. */
  static boolean onHeadsOnly(JobFilter filter) {
    return filter.terms().stream().allMatch(FilterMatcher::onHead);
  }

  private static boolean onHead(Term term) {
    return switch (term.field()) {
      case "state", "queue", "kind", "id" -> true;
      default -> false;
    };
  }

  /** The part of the filter that can be judged without the record. */
  static Predicate<JobHead> ofHeads(JobFilter filter, State state) {
    Predicate<JobHead> all = job -> true;
    for (Term term : filter.terms()) {
      if (onHead(term)) {
        Predicate<JobHead> one = ofHead(term, state);
        all = all.and(term.operator() == Operator.NOT_EQUAL ? one.negate() : one);
      }
    }
    return all;
  }

  private static Predicate<JobHead> ofHead(Term term, State state) {
    return switch (term.field()) {
      case "state" -> states(term);
      case "queue" -> queues(term, state, queue -> queue.record().name());
      case "kind" -> queues(term, state, queue -> queue.record().kind());
      default -> ids(term);
    };
  }

  private static Predicate<JobRecord> of(
      Term term, State state, long nowMillis, Predicate<LargePayload> payloads) {
    Predicate<JobRecord> match =
        switch (term.field()) {
          case "state", "queue", "kind", "id" -> ofHead(term, state)::test;
          case "flow" -> words(term, job -> job.options().flow());
          case "label" -> words(term, job -> job.options().label());
          case "key" -> words(term, job -> job.options().key());
          case "limit" -> words(term, job -> job.options().limit());
          case "node" -> words(term, FilterMatcher::node);
          case "tag" -> job -> job.options().tags().stream().anyMatch(tag -> any(term, tag));
          case "error" -> job -> containsAny(term, job.course().reason());
          case "text" -> texts(term, payloads);
          case "priority" -> numbers(term, JobRecord::priority);
          case "attempts" -> numbers(term, job -> job.course().lastNumber());
          case "age" -> numbers(term, job -> nowMillis - job.submittedAt());
          case "runtime" -> numbers(term, job -> runMillis(job, nowMillis));
          default -> throw new IllegalArgumentException("no field " + term.field());
        };
    return term.operator() == Operator.NOT_EQUAL ? match.negate() : match;
  }

  private static Predicate<JobHead> states(Term term) {
    Set<JobState> states = EnumSet.noneOf(JobState.class);
    term.values().forEach(name -> states.add(JobState.valueOf(name)));
    return job -> states.contains(job.state());
  }

  private static Predicate<JobHead> queues(
      Term term, State state, Function<QueueState, String> property) {
    BitSet ids = new BitSet();
    for (QueueState queue : state.queues()) {
      if (any(term, property.apply(queue))) {
        ids.set(queue.record().id());
      }
    }
    return job -> ids.get(job.queueId());
  }

  private static Predicate<JobHead> ids(Term term) {
    if (term.values().stream().anyMatch(value -> value.endsWith("*"))) {
      return job -> any(term, job.id().toString());
    }
    Set<JobId> ids = Set.copyOf(term.values().stream().map(JobId::parse).toList());
    return job -> ids.contains(job.id());
  }

  private static Predicate<JobRecord> texts(Term term, Predicate<LargePayload> payloads) {
    List<byte[]> alternatives = PayloadSearch.bytes(term);
    return job -> {
      LargePayload large = job.largePayload();
      return large == null
          ? PayloadSearch.containsAny(job.inlinePayload(), alternatives)
          : payloads.test(large);
    };
  }

  private static Predicate<JobRecord> words(Term term, Function<JobRecord, String> property) {
    return job -> any(term, property.apply(job));
  }

  /** The node it runs or ran on, or else the one it demands. */
  private static String node(JobRecord job) {
    AttemptRecord last = job.course().last();
    return last == null ? job.options().node() : last.node();
  }

  private static long runMillis(JobRecord job, long nowMillis) {
    AttemptRecord last = job.course().last();
    return last == null ? 0 : (last.running() ? nowMillis : last.endedAt()) - last.startedAt();
  }

  private static boolean any(Term term, String text) {
    List<String> values = term.values();
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      boolean prefix = value.endsWith("*");
      if (prefix ? text.startsWith(value.substring(0, value.length() - 1)) : text.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean containsAny(Term term, String text) {
    return term.values().stream().anyMatch(text::contains);
  }

  private static Predicate<JobRecord> numbers(Term term, ToLongFunction<JobRecord> property) {
    long number = term.number();
    return switch (term.operator()) {
      case LESS -> job -> property.applyAsLong(job) < number;
      case AT_MOST -> job -> property.applyAsLong(job) <= number;
      case MORE -> job -> property.applyAsLong(job) > number;
      case AT_LEAST -> job -> property.applyAsLong(job) >= number;
      default -> job -> property.applyAsLong(job) == number;
    };
  }
}
