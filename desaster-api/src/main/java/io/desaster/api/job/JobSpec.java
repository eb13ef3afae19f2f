/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What a user wants done.
 *
 * @param id the job's id, or null: one is made on submission. Submitting the same id and spec again
 *     is one job.
 * @param queue name of its queue
 * @param kind which worker runs it: {@code shell}, {@code java}, {@code remote}, …
 * @param payload what to run, as the kind understands it; not to be changed
 * @param options everything else
 */
public record JobSpec(JobId id, String queue, String kind, byte[] payload, JobOptions options) {
  public JobSpec {
    Objects.requireNonNull(payload);
    Objects.requireNonNull(options);
    if (kind.isEmpty()) {
      throw new IllegalArgumentException("a job needs a kind, for example shell");
    }
    if (queue.isEmpty()) {
      queue = kind;
    }
  }

  /** A job of the given kind in the queue named after it. */
  public static Builder of(String kind, byte[] payload) {
    return new Builder(kind, payload);
  }

  public static Builder of(String kind, String payload) {
    return new Builder(kind, payload.getBytes(StandardCharsets.UTF_8));
  }

  /** A command for {@code /bin/sh -c}. */
  public static Builder shell(String command) {
    return of("shell", command);
  }

  public JobSpec withId(JobId newId) {
    return new JobSpec(newId, queue, kind, payload, options);
  }

  public JobSpec withQueue(String newQueue) {
    return new JobSpec(id, newQueue, kind, payload, options);
  }

  public JobSpec withOptions(JobOptions newOptions) {
    return new JobSpec(id, queue, kind, payload, newOptions);
  }

  /** Starts from this spec. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Collects a {@link JobSpec}; may be used once more after {@link #build()}. */
  public static final class Builder {
    private JobId id;
    private String queue;
    private final String kind;
    private final byte[] payload;
    private String key;
    private String flow;
    private int priority;
    private double cost;
    private long estimateMillis;
    private long atMillis;
    private long delayMillis;
    private long ttlMillis;
    private long deadlineMillis;
    private long timeoutMillis;
    private long graceMillis;
    private RetryPolicy retry;
    private String label;
    private String node;
    private List<JobId> after;
    private OnLost onLost;
    private String limit;
    private List<String> tags;
    private String hook;
    private Limits limits;
    private boolean plain = true;

    private Builder(String kind, byte[] payload) {
      this(new JobSpec(null, kind, kind, payload, JobOptions.DEFAULT));
    }

    private Builder(JobSpec from) {
      id = from.id;
      queue = from.queue;
      kind = from.kind;
      payload = from.payload;
      JobOptions options = from.options;
      key = options.key();
      flow = options.flow();
      priority = options.priority();
      cost = options.cost();
      estimateMillis = options.estimateMillis();
      atMillis = options.atMillis();
      delayMillis = options.delayMillis();
      ttlMillis = options.ttlMillis();
      deadlineMillis = options.deadlineMillis();
      timeoutMillis = options.timeoutMillis();
      graceMillis = options.graceMillis();
      retry = options.retry();
      label = options.label();
      node = options.node();
      after = options.after();
      onLost = options.onLost();
      limit = options.limit();
      tags = options.tags();
      hook = options.hook();
      limits = options.limits();
      plain = options == JobOptions.DEFAULT;
    }

    public Builder id(JobId id) {
      this.id = id;
      return this;
    }

    /** A UUID, or any other text, which is hashed into one. */
    public Builder id(String text) {
      return id(JobId.parse(text));
    }

    public Builder queue(String queue) {
      this.queue = queue;
      return this;
    }

    public Builder key(String key) {
      this.key = key;
      return changed();
    }

    public Builder flow(String flow) {
      this.flow = flow;
      return changed();
    }

    public Builder priority(int priority) {
      this.priority = priority;
      return changed();
    }

    public Builder cost(double cost) {
      this.cost = cost;
      return changed();
    }

    public Builder estimate(Duration estimate) {
      this.estimateMillis = estimate.toMillis();
      return changed();
    }

    public Builder at(Instant at) {
      this.atMillis = at.toEpochMilli();
      return changed();
    }

    public Builder delay(Duration delay) {
      this.delayMillis = delay.toMillis();
      return changed();
    }

    public Builder ttl(Duration ttl) {
      this.ttlMillis = ttl.toMillis();
      return changed();
    }

    public Builder deadline(Duration deadline) {
      this.deadlineMillis = deadline.toMillis();
      return changed();
    }

    public Builder timeout(Duration timeout) {
      this.timeoutMillis = timeout.toMillis();
      return changed();
    }

    public Builder grace(Duration grace) {
      this.graceMillis = grace.toMillis();
      return changed();
    }

    public Builder retry(RetryPolicy retry) {
      this.retry = retry;
      return changed();
    }

    public Builder label(String label) {
      this.label = label;
      return changed();
    }

    public Builder node(String node) {
      this.node = node;
      return changed();
    }

    public Builder after(List<JobId> after) {
      this.after = after;
      return changed();
    }

    public Builder onLost(OnLost onLost) {
      this.onLost = onLost;
      return changed();
    }

    public Builder limit(String limit) {
      this.limit = limit;
      return changed();
    }

    public Builder tags(List<String> tags) {
      this.tags = tags;
      return changed();
    }

    public Builder hook(String hook) {
      this.hook = hook;
      return changed();
    }

    public Builder limits(Limits limits) {
      this.limits = limits;
      return changed();
    }

    private Builder changed() {
      plain = false;
      return this;
    }

    /**
     * @throws IllegalArgumentException if a value is out of its range
     */
    public JobSpec build() {
      JobOptions options =
          plain
              ? JobOptions.DEFAULT
              : new JobOptions(
                  key,
                  flow,
                  priority,
                  cost,
                  estimateMillis,
                  atMillis,
                  delayMillis,
                  ttlMillis,
                  deadlineMillis,
                  timeoutMillis,
                  graceMillis,
                  retry,
                  label,
                  node,
                  after,
                  onLost,
                  limit,
                  tags,
                  hook,
                  limits);
      return new JobSpec(id, queue, kind, payload, options);
    }
  }
}
