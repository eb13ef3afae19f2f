/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.tree;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How fair a kind's tree is: what its classes are entitled to, what they use, and how long their
 * jobs wait. Counts and waits begin with the process.
 *
 * @param kind of the jobs
 * @param slots usable slots of the kind
 * @param note what is special about the tree now, for example that slot rates are scaled down
 * @param window time in which use was measured, up to now; shorter than asked if measuring began
 *     later, longer by less than a second, or ten with more than a minute
 * @param classes from the root down, each followed by those below it
 */
public record TreeStats(
    String kind, int slots, String note, Duration window, List<ClassStats> classes) {
  /** The window if nobody asks for another. */
  public static final Duration WINDOW = Duration.ofMinutes(1);

  /** The longest window. */
  public static final Duration WINDOW_MAX = Duration.ofMinutes(10);

  /** Flows told of a queue if nobody asks for another number. */
  public static final int FLOWS = 5;

  /** Flows told of a queue at most. */
  public static final int FLOWS_MAX = 1000;

  public TreeStats {
    classes = List.copyOf(classes);
  }

  /**
   * A class.
   *
   * @param tokens what its buckets hold; empty if it has none
   * @param totals counts since measuring began
   * @param flows of a queue: those with most jobs waiting and those that used most, the latter
   *     first
   */
  public record ClassStats(
      TreeInfo.ClassInfo info,
      Share share,
      Optional<Tokens> tokens,
      Waits waits,
      Totals totals,
      List<FlowStats> flows) {
    public ClassStats {
      flows = List.copyOf(flows);
    }
  }

  /**
   * What a class or flow is entitled to and used.
   *
   * @param unit of the amounts, by which the class above shares: {@code slots}, held on average, or
   *     {@code cost/s}, the cost of what was started each second, which is jobs a second if they
   *     cost 1 each
   * @param guaranteed what it has if all others have more to do than they can
   * @param entitled what it would have if it had enough to do, and others do as much as they do now
   * @param used in the window
   * @param guaranteedPart the same as a part of all there is to share in the tree, 0 to 1
   * @param entitledPart likewise
   * @param usedPart likewise
   */
  public record Share(
      String unit,
      double guaranteed,
      double entitled,
      double used,
      double guaranteedPart,
      double entitledPart,
      double usedPart) {
    /** Unit of what is shared by slot time. */
    public static final String SLOTS = "slots";

    /** Unit of what is shared by cost. */
    public static final String COST = "cost/s";

    /**
     * What it used of what it is entitled to: 1 is fair; less is, too, if no jobs of it wait. 0 if
     * it is entitled to nothing.
     */
    public double ratio() {
      return entitled > 0 ? used / entitled : 0;
    }
  }

  /**
   * The buckets of a class of {@code htb} or {@code tbf}.
   *
   * @param tokens of the rate, negative if owed
   * @param burst the most it holds
   * @param ceilTokens of the ceil; NaN if it has none
   * @param ceilBurst likewise
   * @param lends starts charged to tokens of its own, by itself or by a class below it
   * @param borrows starts, its own or of a class below it, that a class above it lent
   * @param overlimits how often its ceil, with {@code tbf} its rate, was used up
   */
  public record Tokens(
      double tokens,
      double burst,
      double ceilTokens,
      double ceilBurst,
      long lends,
      long borrows,
      long overlimits) {}

  /**
   * How long jobs waited for a slot, of those started in the last five to ten minutes; right to a
   * sixteenth.
   *
   * @param started how many they are
   * @param p50Millis -1: none started
   * @param p90Millis likewise
   * @param p99Millis likewise
   * @param oldestMillis since when the one waits that waits longest; 0: none waits
   */
  public record Waits(
      long started, long p50Millis, long p90Millis, long p99Millis, long oldestMillis) {}

  /**
   * Sums since measuring began.
   *
   * @param started jobs that started after they had waited in the queue
   * @param waitMillis how long all these waited together
   * @param ended attempts that ended
   * @param runMillis how long all these ran together
   * @param etaErrorRatio of a queue: how far the predicted waits of late were off, at the median,
   *     as a part of the wait; NaN if fewer than 20 were judged
   */
  public record Totals(
      long started, long waitMillis, long ended, long runMillis, double etaErrorRatio) {}

  /**
   * A flow of a queue.
   *
   * @param queued jobs that wait; -1 if the queue's discipline does not count them by flow
   * @param running jobs that run
   * @param maxRunning of its jobs at once, 0: no limit
   * @param share beside the other flows of the queue; its parts are those of what the queue has
   */
  public record FlowStats(String name, long queued, int running, int maxRunning, Share share) {}
}
