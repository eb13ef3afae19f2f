/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.queue;

import io.desaster.api.job.Durations;
import io.desaster.api.job.Limits;
import io.desaster.api.job.OnLost;
import io.desaster.api.job.RetryPolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * The policies of a queue. Read and written as options, the same on the wire, on the command line
 * and in files; {@link #options()} lists them with their values.
 *
 * @param discipline name of the leaf discipline and its parameters, for example {@code fifo}
 * @param quantum jobs (cost units) served per round when the class above is {@code drr}
 * @param band place when the class above is {@code prio}, 0 best
 * @param maxLength jobs that may wait; more are refused as FULL; 0: no limit
 * @param maxRunning jobs that may run at once; 0: no limit
 * @param ttl FAILED {@code expired} if not started so long after being due; zero: no limit
 * @param timeout running time of an attempt; zero: no limit
 * @param grace between TERM and KILL
 * @param retry when to try again
 * @param coolDown for how long keys are rejected
 * @param onLost what to do when a node is silent
 * @param lostAfter how long a node or remote worker may be silent
 * @param limits limits of processes
 * @param keepSucceeded how long succeeded and cancelled jobs are kept
 * @param keepFailed how long failed jobs are kept
 * @param attach pools that serve it: {@code *} or names ({@code shell@web1}) and labels, {@code -}
 *     before one excludes it; empty: nobody
 */
public record QueueSettings(
    String discipline,
    int quantum,
    int band,
    long maxLength,
    int maxRunning,
    Duration ttl,
    Duration timeout,
    Duration grace,
    RetryPolicy retry,
    CoolDown coolDown,
    OnLost onLost,
    Duration lostAfter,
    Limits limits,
    Duration keepSucceeded,
    Duration keepFailed,
    List<String> attach) {

  public static final QueueSettings DEFAULT =
      new QueueSettings(
          "fifo",
          1,
          0,
          0,
          0,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofSeconds(10),
          RetryPolicy.DEFAULT,
          CoolDown.NONE,
          OnLost.RERUN,
          Duration.ofSeconds(30),
          Limits.NONE,
          Duration.ofHours(24),
          Duration.ofDays(180),
          List.of("*"));

  public QueueSettings {
    attach = List.copyOf(attach);
    requireNotNegative("max-length", maxLength);
    requireNotNegative("max-running", maxRunning);
    requireNotNegative("band", band);
    if (quantum < 1) {
      throw new IllegalArgumentException("quantum must be at least 1, not " + quantum);
    }
    for (Duration duration : List.of(ttl, timeout, grace, lostAfter, keepSucceeded, keepFailed)) {
      if (duration.isNegative()) {
        throw new IllegalArgumentException("a duration must not be negative: " + duration);
      }
    }
  }

  /** All options with their present values, in the order of the documentation. */
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("discipline", discipline);
    options.put("quantum", Integer.toString(quantum));
    options.put("band", Integer.toString(band));
    options.put("max-length", Long.toString(maxLength));
    options.put("max-running", Integer.toString(maxRunning));
    options.put("ttl", Durations.format(ttl));
    options.put("timeout", Durations.format(timeout));
    options.put("grace", Durations.format(grace));
    options.put("retry", Integer.toString(retry.maxAttempts()));
    options.put("retry-base", Durations.format(retry.base()));
    options.put("retry-factor", Double.toString(retry.factor()));
    options.put("retry-cap", Durations.format(retry.cap()));
    options.put("retry-jitter", Double.toString(retry.jitter()));
    options.put("never-on", join(retry.neverOn()));
    options.put("cool-down", Durations.format(coolDown.window()));
    options.put("cool-down-from", coolDown.from().name().toLowerCase(Locale.ROOT));
    options.put("cool-down-on-hit", coolDown.onHit().name().toLowerCase(Locale.ROOT));
    options.put("on-lost", onLost.name().toLowerCase(Locale.ROOT));
    options.put("lost-after", Durations.format(lostAfter));
    options.put("memory", Long.toString(limits.memoryBytes()));
    options.put("cpu", Durations.format(Duration.ofMillis(Math.max(0, limits.cpuMillis()))));
    options.put("output", Long.toString(limits.outputBytes()));
    options.put("nice", limits.nice() == Limits.NO_NICE ? "" : Integer.toString(limits.nice()));
    options.put("keep-succeeded", Durations.format(keepSucceeded));
    options.put("keep-failed", Durations.format(keepFailed));
    options.put("attach", String.join(",", attach));
    return options;
  }

  /**
   * These settings with one option changed.
   *
   * @throws IllegalArgumentException if there is no such option, or the value is wrong
   */
  public QueueSettings with(String option, String value) {
    String name = option.toLowerCase(Locale.ROOT);
    Change change = Change.of(this);
    switch (name) {
      case "discipline" -> change.discipline = value;
      case "quantum" -> change.quantum = number(name, value, Integer::valueOf);
      case "band" -> change.band = number(name, value, Integer::valueOf);
      case "max-length" -> change.maxLength = number(name, value, Long::valueOf);
      case "max-running" -> change.maxRunning = number(name, value, Integer::valueOf);
      case "ttl" -> change.ttl = Durations.parse(value);
      case "timeout" -> change.timeout = Durations.parse(value);
      case "grace" -> change.grace = Durations.parse(value);
      case "retry", "retry-base", "retry-factor", "retry-cap", "retry-jitter", "never-on" ->
          change.retry = retry(name, value);
      case "cool-down" ->
          change.coolDown = new CoolDown(Durations.parse(value), coolDown.from(), coolDown.onHit());
      case "cool-down-from" ->
          change.coolDown =
              new CoolDown(
                  coolDown.window(), word(name, value, CoolDown.From.class), coolDown.onHit());
      case "cool-down-on-hit" ->
          change.coolDown =
              new CoolDown(
                  coolDown.window(), coolDown.from(), word(name, value, CoolDown.OnHit.class));
      case "on-lost" -> change.onLost = word(name, value, OnLost.class);
      case "lost-after" -> change.lostAfter = Durations.parse(value);
      case "memory", "cpu", "output", "nice" -> change.limits = limits(name, value);
      case "keep-succeeded" -> change.keepSucceeded = Durations.parse(value);
      case "keep-failed" -> change.keepFailed = Durations.parse(value);
      case "attach" -> change.attach = value.isEmpty() ? List.of() : List.of(value.split(","));
      default ->
          throw new IllegalArgumentException(
              "there is no queue option '"
                  + option
                  + "'; options: "
                  + String.join(" ", DEFAULT.options().keySet()));
    }
    return change.build();
  }

  private RetryPolicy retry(String name, String value) {
    return new RetryPolicy(
        name.equals("retry") ? number(name, value, Integer::valueOf) : retry.maxAttempts(),
        name.equals("retry-base") ? Durations.parse(value) : retry.base(),
        name.equals("retry-factor") ? number(name, value, Double::valueOf) : retry.factor(),
        name.equals("retry-cap") ? Durations.parse(value) : retry.cap(),
        name.equals("retry-jitter") ? number(name, value, Double::valueOf) : retry.jitter(),
        name.equals("never-on") ? exitCodes(value) : retry.neverOn());
  }

  private static List<Integer> exitCodes(String value) {
    if (value.isEmpty()) {
      return List.of();
    }
    return List.of(value.split(",")).stream()
        .map(code -> number("never-on", code.trim(), Integer::valueOf))
        .toList();
  }

  private Limits limits(String name, String value) {
    return new Limits(
        name.equals("memory") ? Sizes.parse(value) : limits.memoryBytes(),
        name.equals("cpu") ? Durations.parse(value).toMillis() : limits.cpuMillis(),
        name.equals("output") ? Sizes.parse(value) : limits.outputBytes(),
        !name.equals("nice")
            ? limits.nice()
            : value.isEmpty() ? Limits.NO_NICE : number(name, value, Integer::valueOf));
  }

  private static <N> N number(String name, String value, Function<String, N> parse) {
    try {
      return parse.apply(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " needs a number, not '" + value + "'", e);
    }
  }

  private static <E extends Enum<E>> E word(String name, String value, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(value)) {
        return constant;
      }
    }
    StringBuilder possible = new StringBuilder();
    for (E constant : type.getEnumConstants()) {
      possible.append(' ').append(constant.name().toLowerCase(Locale.ROOT));
    }
    throw new IllegalArgumentException(name + " must be one of" + possible + ", not " + value);
  }

  private static void requireNotNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " must not be negative, not " + value);
    }
  }

  private static String join(List<Integer> numbers) {
    return String.join(",", numbers.stream().map(String::valueOf).toList());
  }

  /** The components, one of which is about to change. */
  private static final class Change {
    String discipline;
    int quantum;
    int band;
    long maxLength;
    int maxRunning;
    Duration ttl;
    Duration timeout;
    Duration grace;
    RetryPolicy retry;
    CoolDown coolDown;
    OnLost onLost;
    Duration lostAfter;
    Limits limits;
    Duration keepSucceeded;
    Duration keepFailed;
    List<String> attach;

    static Change of(QueueSettings from) {
      Change change = new Change();
      change.discipline = from.discipline;
      change.quantum = from.quantum;
      change.band = from.band;
      change.maxLength = from.maxLength;
      change.maxRunning = from.maxRunning;
      change.ttl = from.ttl;
      change.timeout = from.timeout;
      change.grace = from.grace;
      change.retry = from.retry;
      change.coolDown = from.coolDown;
      change.onLost = from.onLost;
      change.lostAfter = from.lostAfter;
      change.limits = from.limits;
      change.keepSucceeded = from.keepSucceeded;
      change.keepFailed = from.keepFailed;
      change.attach = from.attach;
      return change;
    }

    QueueSettings build() {
      return new QueueSettings(
          discipline,
          quantum,
          band,
          maxLength,
          maxRunning,
          ttl,
          timeout,
          grace,
          retry,
          coolDown,
          onLost,
          lostAfter,
          limits,
          keepSucceeded,
          keepFailed,
          attach);
    }
  }
}
