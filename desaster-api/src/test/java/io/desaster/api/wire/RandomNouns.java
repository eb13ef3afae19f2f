/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.RemoteWork;
import io.desaster.api.audit.AuditEntry;
import io.desaster.api.event.DesasterEvent;
import io.desaster.api.job.Attempt;
import io.desaster.api.job.Eta;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobPage;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Limits;
import io.desaster.api.job.OnLost;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.Progress;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.job.RetryPolicy;
import io.desaster.api.job.Submission;
import io.desaster.api.node.NodeInfo;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.operation.Operation;
import io.desaster.api.queue.CoolDownEntry;
import io.desaster.api.queue.Pause;
import io.desaster.api.queue.QueueCounts;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.queue.QueueSettings;
import io.desaster.api.spi.Worker;
import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreePreview;
import io.desaster.api.tree.TreeStats;
import io.desaster.api.tree.TreeVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Things of all shapes, the same for the same seed. */
final class RandomNouns {
  private static final List<String> TEXTS =
      List.of("", "mail", "ünï çode", "a b", "\"quoted\"", "line\nbreak", "* -shell@web1", "0");
  private final Random random;

  RandomNouns(long seed) {
    random = new Random(seed);
  }

  JobSpec spec() {
    JobSpec.Builder spec = JobSpec.of("shell", bytes()).queue("q" + random.nextInt(9));
    maybe(() -> spec.id(id()));
    maybe(() -> spec.key(text()));
    maybe(() -> spec.flow(text()));
    maybe(() -> spec.priority(random.nextInt(8)));
    maybe(() -> spec.cost(random.nextDouble() * 100));
    maybe(() -> spec.estimate(duration()));
    if (random.nextBoolean()) {
      maybe(() -> spec.at(time()));
    } else {
      maybe(() -> spec.delay(duration()));
    }
    maybe(() -> spec.ttl(duration()));
    maybe(() -> spec.deadline(duration()));
    maybe(() -> spec.timeout(duration()));
    maybe(() -> spec.grace(duration()));
    maybe(() -> spec.retry(retry()));
    maybe(() -> spec.label(text()));
    maybe(() -> spec.node(text()));
    maybe(() -> spec.after(list(this::id)));
    maybe(() -> spec.onLost(constant(OnLost.class)));
    maybe(() -> spec.limit(text()));
    maybe(() -> spec.tags(list(() -> "tag" + random.nextInt(99))));
    maybe(() -> spec.hook(text()));
    maybe(() -> spec.limits(limits()));
    return spec.build();
  }

  private RetryPolicy retry() {
    return switch (random.nextInt(3)) {
      case 0 -> RetryPolicy.DEFAULT;
      case 1 -> RetryPolicy.NONE;
      default ->
          new RetryPolicy(
              1 + random.nextInt(100),
              duration(),
              1 + random.nextDouble() * 9,
              duration(),
              random.nextDouble(),
              list(() -> random.nextInt(256)));
    };
  }

  private Limits limits() {
    return new Limits(
        random.nextBoolean() ? 0 : number(),
        random.nextBoolean() ? 0 : duration().toMillis(),
        random.nextBoolean() ? 0 : number(),
        random.nextBoolean() ? Limits.NO_NICE : random.nextInt(40) - 20);
  }

  Job job() {
    JobId id = id();
    return new Job(
        id,
        spec().withId(id),
        constant(JobState.class),
        text(),
        time(),
        optional(this::time),
        optional(this::time),
        optional(this::time),
        new Progress(random.nextInt(101), text()),
        list(this::attempt),
        bytes(),
        eta());
  }

  private Eta eta() {
    return new Eta(
        optional(this::time),
        optional(this::time),
        optional(this::time),
        optional(this::time),
        text());
  }

  private Attempt attempt() {
    return new Attempt(
        1 + random.nextInt(20),
        text(),
        text(),
        time(),
        optional(this::time),
        optional(() -> constant(Outcome.class)),
        random.nextInt(257) - 1,
        text(),
        new ResourceUse(number(), number(), number()));
  }

  JobPage page() {
    return new JobPage(list(this::job), number(), text(), number());
  }

  Submission submission() {
    return new Submission(id(), random.nextBoolean(), random.nextInt(5));
  }

  QueueInfo queue() {
    QueueSettings settings = QueueSettings.DEFAULT;
    Map<String, Supplier<String>> changes =
        Map.of(
            "discipline", () -> "prio",
            "max-length", () -> Long.toString(number()),
            "retry-factor", () -> Double.toString(1 + random.nextDouble()),
            "never-on", () -> "3,4,5",
            "cool-down", () -> "1h30m",
            "cool-down-from", () -> "both",
            "nice", () -> "-5",
            "memory", () -> "512M",
            "attach", () -> "*,-shell@web1",
            "quantum", () -> "7");
    for (Map.Entry<String, Supplier<String>> change : changes.entrySet()) {
      if (random.nextBoolean()) {
        settings = settings.with(change.getKey(), change.getValue().get());
      }
    }
    return new QueueInfo(
        "q" + random.nextInt(9),
        text(),
        settings,
        optional(() -> new Pause(text(), text(), time(), optional(this::time))),
        random.nextBoolean(),
        time(),
        new QueueCounts(
            number(), number(), number(), number(), number(), number(), number(), number(),
            number()),
        list(this::text));
  }

  CoolDownEntry coolDown() {
    return new CoolDownEntry(text(), text(), id(), optional(this::time));
  }

  AuditEntry auditEntry() {
    return new AuditEntry(
        number(),
        time(),
        text(),
        text(),
        text(),
        text(),
        text(),
        text(),
        text(),
        list(this::text),
        text(),
        text());
  }

  NodeInfo node() {
    return new NodeInfo(
        text(),
        constant(NodeInfo.State.class),
        random.nextBoolean(),
        text(),
        time(),
        list(this::text),
        list(this::pool));
  }

  PoolInfo pool() {
    return new PoolInfo(
        "shell",
        text(),
        list(this::text),
        random.nextInt(9),
        random.nextInt(9),
        random.nextInt(9),
        random.nextInt(9));
  }

  TreeInfo tree() {
    return new TreeInfo(
        text(),
        new TreeVersion(number(), text(), time(), text()),
        random.nextInt(100),
        text(),
        list(this::treeClass));
  }

  TreePreview preview() {
    return new TreePreview(
        text(),
        duration(),
        text(),
        list(() -> new TreePreview.OfQueue(text() + "q", course(), course())));
  }

  private TreePreview.Course course() {
    return new TreePreview.Course(
        random.nextDouble(), random.nextDouble(), random.nextDouble(), number(), number());
  }

  TreeStats treeStats() {
    return new TreeStats(text(), random.nextInt(100), text(), duration(), list(this::classStats));
  }

  private TreeStats.ClassStats classStats() {
    double ceil = random.nextBoolean() ? Double.NaN : random.nextGaussian();
    TreeStats.Tokens tokens =
        new TreeStats.Tokens(
            random.nextGaussian(),
            random.nextDouble(),
            ceil,
            Double.isNaN(ceil) ? Double.NaN : random.nextDouble(),
            number(),
            number(),
            number());
    return new TreeStats.ClassStats(
        treeClass(),
        share(),
        random.nextBoolean() ? Optional.empty() : Optional.of(tokens),
        new TreeStats.Waits(number(), -1, number(), number(), number()),
        new TreeStats.Totals(
            number(),
            number(),
            number(),
            number(),
            random.nextBoolean() ? Double.NaN : random.nextDouble()),
        list(
            () ->
                new TreeStats.FlowStats(
                    text(), random.nextInt(9) - 1, random.nextInt(9), random.nextInt(9), share())));
  }

  private TreeStats.Share share() {
    return new TreeStats.Share(
        text() + "/s",
        random.nextDouble(),
        random.nextDouble(),
        random.nextDouble(),
        random.nextDouble(),
        random.nextDouble(),
        random.nextDouble());
  }

  private TreeInfo.ClassInfo treeClass() {
    return new TreeInfo.ClassInfo(
        text(),
        random.nextInt(9),
        random.nextBoolean(),
        text(),
        text(),
        text(),
        number(),
        number());
  }

  Operation operation() {
    return new Operation(
        number(),
        text(),
        text(),
        constant(Operation.State.class),
        number(),
        number(),
        number(),
        text(),
        time(),
        optional(this::time),
        random.nextBoolean() ? 0 : number());
  }

  DesasterEvent event() {
    return new DesasterEvent(text(), text(), time(), Map.of("a", text(), "b-c", text()));
  }

  RemoteWork.Taken taken() {
    return new RemoteWork.Taken(
        id(), 1 + random.nextInt(9), number(), text(), bytes(), number(), number());
  }

  RemoteWork.Running running() {
    return new RemoteWork.Running(id(), 1 + random.nextInt(9));
  }

  Worker.Output output() {
    boolean hole = random.nextBoolean();
    return new Worker.Output(
        number(),
        bytes(),
        number(),
        hole ? number() : -1,
        hole ? number() : -1,
        random.nextBoolean());
  }

  private void maybe(Runnable change) {
    if (random.nextBoolean()) {
      change.run();
    }
  }

  private <T> Optional<T> optional(Supplier<T> value) {
    return random.nextBoolean() ? Optional.empty() : Optional.of(value.get());
  }

  private <T> List<T> list(Supplier<T> element) {
    return Stream.generate(element).limit(random.nextInt(4)).toList();
  }

  private <E extends Enum<E>> E constant(Class<E> type) {
    E[] constants = type.getEnumConstants();
    return constants[random.nextInt(constants.length)];
  }

  private String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private JobId id() {
    return new JobId(random.nextLong(), random.nextLong());
  }

  private long number() {
    return random.nextLong() >>> 1 + random.nextInt(50);
  }

  private Duration duration() {
    return Duration.ofMillis(random.nextLong() >>> 20 + random.nextInt(40));
  }

  private Instant time() {
    return Instant.ofEpochMilli(random.nextLong() >>> 12 + random.nextInt(12));
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return bytes;
  }
}
