/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.metrics;

import io.desaster.api.Desaster;
import io.desaster.api.queue.QueueCounts;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.tree.TreeStats;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a {@link Desaster} does, as meters: jobs ended, queue depths, waits, run times, commits, the
 * error of predictions, and of classes what they are entitled to, use, lend and borrow. In
 * Prometheus' spelling: {@code desaster_jobs_total}, {@code desaster_queue_depth}, {@code
 * desaster_wait_seconds}, {@code desaster_wait_quantile_seconds}, {@code desaster_run_seconds},
 * {@code desaster_commit_seconds}, {@code desaster_commits_total}, {@code desaster_epoch}, {@code
 * desaster_eta_error_ratio}, {@code desaster_class_guaranteed_ratio}, {@code
 * desaster_class_entitled_ratio}, {@code desaster_class_used_ratio}, {@code desaster_class_tokens},
 * {@code desaster_class_lends_total}, {@code desaster_class_borrows_total}, {@code
 * desaster_class_overlimits_total}.
 *
 * <p>Meters have the values of the last {@link #refresh}, which the application calls as often as
 * it wants news, for instance before each scrape or by a timer; nothing is asked in between, so
 * reading a meter never waits. Counts of classes and waits begin anew when the daemon starts, those
 * of jobs when their queue is made. May be used by any thread.
 *
 * <pre>{@code
 * DesasterMeters meters = new DesasterMeters(desaster);
 * meters.bindTo(registry);
 * timer.scheduleAtFixedRate(meters::refresh, 0, 10, SECONDS);
 * }</pre>
 */
public final class DesasterMeters implements MeterBinder {
  private static final String QUANTILE = "quantile";
  private static final String P50 = "0.5";
  private static final String P90 = "0.9";
  private static final String P99 = "0.99";
  private static final String SECONDS = "seconds";
  private static final double MILLIS = 1e3;
  private static final double MICROS = 1e6;

  private final Desaster desaster;
  private final List<Readings> bound = new ArrayList<>();

  private record Seen(List<QueueInfo> queues, List<TreeStats> trees, Map<String, String> info) {}

  public DesasterMeters(Desaster desaster) {
    this.desaster = desaster;
  }

  /** Meters come into the registry with the next {@link #refresh}. */
  @Override
  public synchronized void bindTo(MeterRegistry registry) {
    bound.add(new Readings(registry));
  }

  /**
   * Asks for news and writes them to the meters.
   *
   * @return completes when that is done; exceptionally if the desaster does not answer, then all
   *     meters keep their values
   */
  public CompletionStage<Void> refresh() {
    return desaster
        .queues()
        .list()
        .thenCompose(this::withTrees)
        .thenCombine(desaster.info(), (seen, info) -> new Seen(seen.queues(), seen.trees(), info))
        .thenAcceptAsync(this::write);
  }

  private CompletionStage<Seen> withTrees(List<QueueInfo> queues) {
    CompletionStage<List<TreeStats>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (String kind : queues.stream().map(QueueInfo::kind).distinct().sorted().toList()) {
      all =
          all.thenCombine(
              desaster.trees().stats(kind, TreeStats.WINDOW, 0),
              (trees, tree) -> {
                trees.add(tree);
                return trees;
              });
    }
    return all.thenApply(trees -> new Seen(queues, trees, Map.of()));
  }

  private synchronized void write(Seen seen) {
    for (Readings readings : bound) {
      seen.queues().forEach(queue -> writeQueue(queue, readings));
      for (TreeStats tree : seen.trees()) {
        tree.classes().forEach(one -> writeClass(tree.kind(), one, readings));
      }
      writeNode(seen.info(), readings);
      readings.endRound();
    }
  }

  private static void writeQueue(QueueInfo queue, Readings to) {
    Tags tags = Tags.of("queue", queue.name(), "kind", queue.kind());
    QueueCounts counts = queue.counts();
    String ended = "Jobs that came to their end";
    to.counter("desaster.jobs", ended, tags.and("outcome", "succeeded"), counts.succeeded());
    to.counter("desaster.jobs", ended, tags.and("outcome", "failed"), counts.failed());
    to.counter("desaster.jobs", ended, tags.and("outcome", "cancelled"), counts.cancelled());
    depth(to, tags, "blocked", counts.blocked());
    depth(to, tags, "scheduled", counts.scheduled());
    depth(to, tags, "queued", counts.queued());
    depth(to, tags, "running", counts.running());
    depth(to, tags, "retrying", counts.retrying());
  }

  private static void depth(Readings to, Tags tags, String state, long jobs) {
    to.gauge(
        "desaster.queue.depth", "", "Jobs that are not finished", tags.and("state", state), jobs);
  }

  private static void writeClass(String kind, TreeStats.ClassStats one, Readings to) {
    Tags tags = Tags.of("class", one.info().name(), "kind", kind);
    TreeStats.Share share = one.share();
    to.gauge(
        "desaster.class.guaranteed.ratio",
        "",
        "Part of all there is to share that the class has if all are busy",
        tags,
        share.guaranteedPart());
    to.gauge(
        "desaster.class.entitled.ratio",
        "",
        "Part of all there is to share that the class may have while others do as they do",
        tags,
        share.entitledPart());
    to.gauge(
        "desaster.class.used.ratio",
        "",
        "Part of all there is to share that the class used in the last minute",
        tags,
        share.usedPart());
    one.tokens().ifPresent(tokens -> writeTokens(tokens, tags, to));
    if (one.info().queue()) {
      writeWaits(one, Tags.of("queue", one.info().name(), "kind", kind), to);
    }
  }

  private static void writeTokens(TreeStats.Tokens tokens, Tags tags, Readings to) {
    to.gauge(
        "desaster.class.tokens", "", "Tokens of its rate, negative: owed", tags, tokens.tokens());
    to.counter("desaster.class.lends", "Starts it paid for", tags, tokens.lends());
    to.counter("desaster.class.borrows", "Starts a class above paid for", tags, tokens.borrows());
    to.counter(
        "desaster.class.overlimits", "How often its ceil was used up", tags, tokens.overlimits());
  }

  private static void writeWaits(TreeStats.ClassStats one, Tags tags, Readings to) {
    TreeStats.Totals totals = one.totals();
    to.timer(
        "desaster.wait",
        "How long jobs waited for a slot",
        tags,
        totals.started(),
        totals.waitMillis());
    to.timer("desaster.run", "How long attempts ran", tags, totals.ended(), totals.runMillis());
    quantile(to, tags, P50, one.waits().p50Millis());
    quantile(to, tags, P90, one.waits().p90Millis());
    quantile(to, tags, P99, one.waits().p99Millis());
    to.gauge(
        "desaster.eta.error.ratio",
        "",
        "How far predicted waits were off at the median, of the wait",
        tags,
        totals.etaErrorRatio());
  }

  private static void quantile(Readings to, Tags tags, String quantile, long millis) {
    to.gauge(
        "desaster.wait.quantile",
        SECONDS,
        "Wait of the jobs that started in the last five to ten minutes",
        tags.and(QUANTILE, quantile),
        millis < 0 ? Double.NaN : millis / MILLIS);
  }

  private static void writeNode(Map<String, String> info, Readings to) {
    to.gauge(
        "desaster.epoch", "", "The present mastership", Tags.empty(), of(info, "cluster.epoch"));
    commit(to, P50, of(info, "journal.commit_us_p50"));
    commit(to, P99, of(info, "journal.commit_us_p99"));
    double commits = of(info, "journal.commits");
    if (!Double.isNaN(commits)) {
      to.counter("desaster.commits", "Groups forced to disk", Tags.empty(), (long) commits);
    }
  }

  private static void commit(Readings to, String quantile, double micros) {
    to.gauge(
        "desaster.commit",
        SECONDS,
        "Time of a group commit",
        Tags.of(QUANTILE, quantile),
        micros / MICROS);
  }

  private static double of(Map<String, String> info, String name) {
    String text = info.get(name);
    return text == null ? Double.NaN : Double.parseDouble(text);
  }
}
