/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.job.Durations;
import io.desaster.api.job.JobOptions;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Limits;
import io.desaster.api.job.RetryPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The options of {@code QUEUE PUSH queue kind payload [option value …]}, read into a {@link
 * JobSpec} and written from one. Names are read in either case; of an option given twice the last
 * value counts. Durations are as in {@link Durations}, sizes as in {@link
 * io.desaster.api.queue.Sizes}, {@code at} as in {@link Times}; {@code after}, {@code tags} and
 * {@code never-on} take several values with commas between. {@code retry} is the number of attempts
 * in all; what of {@code retry-base}, {@code retry-factor}, {@code retry-cap}, {@code retry-jitter}
 * and {@code never-on} is not given is that of {@link RetryPolicy#DEFAULT}; if none of the six is
 * given the queue's policy holds. {@code reply full} asks for the fields of a {@link
 * io.desaster.api.job.Submission} instead of the id.
 */
public final class PushOptions {
  private PushOptions() {}

  /**
   * Reads a push.
   *
   * @param arguments a command's arguments
   * @param first index of the first option name; from there on names and values alternate
   * @throws IllegalArgumentException naming the option, its value and what is possible
   */
  public static Push parse(
      String queue, String kind, byte[] payload, byte[][] arguments, int first) {
    JobSpec.Builder spec = JobSpec.of(kind, payload);
    if (!queue.isEmpty()) {
      spec.queue(queue);
    }
    if (first >= arguments.length) {
      return new Push(spec.build(), false);
    }
    PushOptionsReader reader = new PushOptionsReader(spec);
    for (int i = first; i < arguments.length; i += 2) {
      PushOption option = find(arguments[i]);
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "option " + option.text() + " has no value; it takes " + option.possible());
      }
      reader.read(option, arguments[i + 1]);
    }
    return new Push(reader.build(), reader.fullReply());
  }

  private static PushOption find(byte[] name) {
    PushOption option = PushOption.find(name);
    if (option == null) {
      throw new IllegalArgumentException(
          "there is no push option '"
              + new String(name, StandardCharsets.UTF_8)
              + "'; options: "
              + names());
    }
    return option;
  }

  /** The names of all options, with spaces between. */
  public static String names() {
    return Arrays.stream(PushOption.values())
        .map(PushOption::text)
        .collect(Collectors.joining(" "));
  }

  /** The options of a spec with their values alternating, the id included, as a push wants them. */
  public static List<String> write(JobSpec spec) {
    List<String> arguments = new ArrayList<>();
    if (spec.id() != null) {
      arguments.add(PushOption.ID.text());
      arguments.add(spec.id().toString());
    }
    options(spec.options())
        .forEach(
            (name, value) -> {
              arguments.add(name);
              arguments.add(value);
            });
    return arguments;
  }

  /** The options that are set, by name, in the order of the documentation. */
  public static Map<String, String> options(JobOptions options) {
    if (options == JobOptions.DEFAULT) {
      return Map.of();
    }
    Out out = new Out();
    out.text(PushOption.KEY, options.key());
    out.text(PushOption.FLOW, options.flow());
    if (options.priority() != JobOptions.PRIORITY_DEFAULT) {
      out.put(PushOption.PRIORITY, Integer.toString(options.priority()));
    }
    if (options.cost() != 1) {
      out.put(PushOption.COST, Double.toString(options.cost()));
    }
    out.duration(PushOption.ESTIMATE, options.estimateMillis());
    if (options.atMillis() > 0) {
      out.put(PushOption.AT, Times.write(Instant.ofEpochMilli(options.atMillis())));
    }
    out.duration(PushOption.DELAY, options.delayMillis());
    out.duration(PushOption.TTL, options.ttlMillis());
    out.duration(PushOption.DEADLINE, options.deadlineMillis());
    out.duration(PushOption.TIMEOUT, options.timeoutMillis());
    out.duration(PushOption.GRACE, options.graceMillis());
    if (options.retry() != null) {
      retry(out, options.retry());
    }
    out.text(PushOption.LABEL, options.label());
    out.text(PushOption.NODE, options.node());
    out.list(PushOption.AFTER, options.after());
    if (options.onLost() != null) {
      out.put(PushOption.ON_LOST, Fields.word(options.onLost()));
    }
    out.text(PushOption.LIMIT, options.limit());
    out.list(PushOption.TAGS, options.tags());
    out.text(PushOption.HOOK, options.hook());
    limits(out, options.limits());
    return out.values;
  }

  private static void retry(Out out, RetryPolicy retry) {
    RetryPolicy plain = RetryPolicy.DEFAULT;
    out.put(PushOption.RETRY, Integer.toString(retry.maxAttempts()));
    if (!retry.base().equals(plain.base())) {
      out.put(PushOption.RETRY_BASE, Durations.format(retry.base()));
    }
    if (retry.factor() != plain.factor()) {
      out.put(PushOption.RETRY_FACTOR, Double.toString(retry.factor()));
    }
    if (!retry.cap().equals(plain.cap())) {
      out.put(PushOption.RETRY_CAP, Durations.format(retry.cap()));
    }
    if (retry.jitter() != plain.jitter()) {
      out.put(PushOption.RETRY_JITTER, Double.toString(retry.jitter()));
    }
    out.list(PushOption.NEVER_ON, retry.neverOn());
  }

  private static void limits(Out out, Limits limits) {
    if (limits.memoryBytes() > 0) {
      out.put(PushOption.MEMORY, Long.toString(limits.memoryBytes()));
    }
    out.duration(PushOption.CPU, limits.cpuMillis());
    if (limits.outputBytes() > 0) {
      out.put(PushOption.OUTPUT, Long.toString(limits.outputBytes()));
    }
    if (limits.nice() != Limits.NO_NICE) {
      out.put(PushOption.NICE, Integer.toString(limits.nice()));
    }
  }

  /** Options read back from {@link #options}; those of a newer version are passed over. */
  static JobOptions readOptions(Map<String, String> values) {
    if (values.isEmpty()) {
      return JobOptions.DEFAULT;
    }
    PushOptionsReader reader = new PushOptionsReader(JobSpec.of("any", new byte[0]));
    values.forEach(
        (name, value) -> {
          PushOption option = PushOption.find(name.getBytes(StandardCharsets.UTF_8));
          if (option != null) {
            reader.read(option, value.getBytes(StandardCharsets.UTF_8));
          }
        });
    return reader.build().options();
  }

  /** Collects options in order. */
  private static final class Out {
    private final Map<String, String> values = new LinkedHashMap<>();

    void put(PushOption option, String value) {
      values.put(option.text(), value);
    }

    void text(PushOption option, String value) {
      if (!value.isEmpty()) {
        put(option, value);
      }
    }

    void duration(PushOption option, long millis) {
      if (millis > 0) {
        put(option, Durations.format(Duration.ofMillis(millis)));
      }
    }

    void list(PushOption option, List<?> elements) {
      if (!elements.isEmpty()) {
        put(option, elements.stream().map(Object::toString).collect(Collectors.joining(",")));
      }
    }
  }
}
