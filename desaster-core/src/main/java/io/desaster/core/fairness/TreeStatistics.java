/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreeStats;
import io.desaster.api.tree.TreeStats.ClassStats;
import io.desaster.core.discipline.ClassFigures;
import io.desaster.core.discipline.TreeViews;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.State;
import io.desaster.core.tree.KindTrees;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;

/**
 * The {@link TreeStats} of a kind. Made in two steps: what is there is read on the thread of the
 * committed copy; {@link #reckon}, which takes longer the more classes there are, may be done
 * elsewhere.
 */
public final class TreeStatistics {
  private static final double P50 = 0.5;
  private static final double P90 = 0.9;
  private static final double P99 = 0.99;

  private final TreeInfo tree;
  private final Window window;
  private final int flowsMax;
  private final long nowMillis;
  private final ShareNode root;
  private final Map<String, Gathered> classes = new HashMap<>();

  /** What was read of a class, before its shares are known. */
  private static final class Gathered {
    final ShareNode node;
    final WaitSketch.Sum waits = new WaitSketch.Sum();
    long oldestAt;
    long started;
    long waitMillis;
    long ended;
    long runMillis;
    double etaErrorRatio = Double.NaN;
    FlowRanking flows;

    Gathered(ShareNode node) {
      this.node = node;
    }
  }

  /**
   * Where it is read; queues are asked for by their numbers.
   *
   * @param oldestQueuedAt since when the job of a queue waits that waits longest, 0: none
   * @param etaErrorRatio how far predictions for a queue were off, NaN: too few were judged
   */
  public record Source(
      State state,
      KindTrees trees,
      QueueMeters meters,
      IntToLongFunction oldestQueuedAt,
      IntToDoubleFunction etaErrorRatio) {}

  private TreeStatistics(
      TreeInfo tree, ShareNode root, Window window, int flowsMax, long nowMillis) {
    this.tree = tree;
    this.root = root;
    this.window = window;
    this.flowsMax = flowsMax;
    this.nowMillis = nowMillis;
  }

  /**
   * Reads all there is of the kind now.
   *
   * @param nowMillis the wall clock
   * @throws IllegalArgumentException if the window or the number of flows is not possible
   */
  public static TreeStatistics read(
      Source source, String kind, Duration length, int flows, long nowMillis) {
    require(length, flows);
    TreeInfo tree = TreeViews.of(source.state, kind);
    long nowNanos = source.trees.nanosAt(nowMillis);
    ClassFigures figures = source.trees.figures(kind, nowNanos);
    Window window = Window.of(length, source.meters.sinceNanos(), nowNanos);
    ShareNode root = figures == null ? null : ShareNode.of(figures);
    TreeStatistics read = new TreeStatistics(tree, root, window, flows, nowMillis);
    if (root != null) {
      read.gather(root, source);
    }
    return read;
  }

  /**
   * Demands what {@link #read} can tell.
   *
   * @throws IllegalArgumentException if the window or the number of flows is not possible
   */
  public static void require(Duration length, int flows) {
    boolean whole = length.toNanosPart() == 0;
    if (length.compareTo(Duration.ofSeconds(1)) < 0
        || length.compareTo(TreeStats.WINDOW_MAX) > 0
        || !whole) {
      throw new IllegalArgumentException(
          "the window must be 1s to "
              + TreeStats.WINDOW_MAX.toSeconds()
              + "s in whole seconds, not "
              + length.toMillis()
              + "ms");
    }
    if (flows < 0 || flows > TreeStats.FLOWS_MAX) {
      throw new IllegalArgumentException(
          "flows must be a number from 0 to " + TreeStats.FLOWS_MAX + ", not " + flows);
    }
  }

  private Gathered gather(ShareNode node, Source source) {
    Gathered own = new Gathered(node);
    for (ShareNode child : node.below) {
      Gathered part = gather(child, source);
      node.slots += child.slots;
      node.cost += child.cost;
      own.waits.add(part.waits);
      own.oldestAt = earlier(own.oldestAt, part.oldestAt);
      own.started += part.started;
      own.waitMillis += part.waitMillis;
      own.ended += part.ended;
      own.runMillis += part.runMillis;
      if (node.below.size() == 1 && child.figures.name().equals(node.figures.name())) {
        own.flows = part.flows;
        own.etaErrorRatio = part.etaErrorRatio;
      }
    }
    if (node.holdsJobs()) {
      gatherQueue(own, source);
    }
    classes.put(node.figures.name(), own);
    return own;
  }

  private static long earlier(long one, long other) {
    return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
  }

  private void gatherQueue(Gathered own, Source source) {
    QueueState queue = source.state.queue(own.node.figures.name());
    if (queue == null || !queue.record().kind().equals(tree.kind())) {
      return;
    }
    int id = queue.record().id();
    QueueMeter meter = source.meters.queue(id);
    own.node.slots = window.slots(meter.use);
    own.node.cost = window.cost(meter.use);
    meter.waits.addTo(own.waits, window.nowNanos());
    own.oldestAt = source.oldestQueuedAt.applyAsLong(id);
    own.started = meter.starts;
    own.waitMillis = meter.waitMillis;
    own.ended = meter.runs;
    own.runMillis = meter.runMillis;
    own.etaErrorRatio = source.etaErrorRatio.applyAsDouble(id);
    if (flowsMax > 0) {
      own.flows = new FlowRanking(source.trees.queue(id).target(), meter, window, own.node.bySlots);
    }
  }

  /** Reckons the shares. */
  public TreeStats reckon() {
    if (root != null) {
      Entitlement.tell(root, tree.slots());
    }
    List<ClassStats> stats = tree.classes().stream().map(this::stats).toList();
    return new TreeStats(tree.kind(), tree.slots(), tree.note(), window.length(), stats);
  }

  private ClassStats stats(TreeInfo.ClassInfo info) {
    Gathered found = classes.get(info.name());
    if (found == null) {
      // Without configuration the root is the class of all queues.
      found = classes.getOrDefault("", new Gathered(NOTHING));
    }
    return new ClassStats(
        info,
        share(found.node),
        tokens(found.node.figures),
        waits(found),
        new TreeStats.Totals(
            found.started, found.waitMillis, found.ended, found.runMillis, found.etaErrorRatio),
        found.flows == null ? List.of() : found.flows.top(flowsMax, leaf(found.node)));
  }

  /** What holds the jobs of a class that is a queue. */
  private static ShareNode leaf(ShareNode node) {
    return node.holdsJobs() ? node : leaf(node.below.get(0));
  }

  private static final ShareNode NOTHING =
      ShareNode.of(
          new ClassFigures(
              "",
              ClassFigures.Role.LEAF,
              false,
              1,
              0,
              0,
              0,
              0,
              0,
              null,
              null,
              null,
              false,
              List.of()));

  private static TreeStats.Share share(ShareNode node) {
    return new TreeStats.Share(
        node.bySlots ? TreeStats.Share.SLOTS : TreeStats.Share.COST,
        node.guaranteed,
        node.entitled,
        node.used(),
        node.guaranteedPart,
        node.entitledPart,
        node.usedPart);
  }

  private static Optional<TreeStats.Tokens> tokens(ClassFigures figures) {
    ClassFigures.Tokens rate = figures.rateBucket();
    ClassFigures.Tokens ceil = figures.ceilBucket();
    ClassFigures.Tally tally = figures.tally();
    return rate == null
        ? Optional.empty()
        : Optional.of(
            new TreeStats.Tokens(
                rate.tokens(),
                rate.burst(),
                ceil == null ? Double.NaN : ceil.tokens(),
                ceil == null ? Double.NaN : ceil.burst(),
                tally.lends(),
                tally.borrows(),
                tally.overlimits()));
  }

  private TreeStats.Waits waits(Gathered found) {
    return new TreeStats.Waits(
        found.waits.count(),
        found.waits.quantile(P50),
        found.waits.quantile(P90),
        found.waits.quantile(P99),
        found.oldestAt == 0 ? 0 : Math.max(0, nowMillis - found.oldestAt));
  }
}
