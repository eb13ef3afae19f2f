/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import java.util.Arrays;
import java.util.List;

/**
 * A class of {@link Htb}: its buckets, and which of its children have something to serve.
 *
 * <p>A level is the depth of the class that lends (1 is the top) or, deepest, the leaf itself. What
 * a class passes on to its parent depends on its colour: red, as long as a ceil or {@code
 * max-running} forbids more, nothing; yellow, without tokens, what is lent by itself not, but what
 * is lent below or above it; green, what is lent by itself or below.
 */
final class HtbClass extends Timer {
  private enum Colour {
    /** May not serve. */
    RED,
    /** May serve what it borrows. */
    YELLOW,
    /** Has tokens. */
    GREEN
  }

  private static final double UNLIMITED = 1e18;
  private static final int POSITION_BITS = 20;

  final Htb htb;
  final HtbClass parent;
  final String name;
  final int depth;
  final int position;
  final int prio;
  double quantum;
  int maxRunning;
  final boolean leaf;
  final Bucket rate;
  final Bucket ceil;

  /** By level, for leaves. */
  final double[] tags;

  /** Of a leaf: what holds its jobs. */
  Node content;

  int running;
  private long lends;
  private long borrows;
  private long overlimits;

  /** Of a leaf: the number of the start it was served last. */
  long served;

  /** Of a leaf: what a job of unknown run time is thought to take. */
  long guessNanos;

  private Colour colour = Colour.GREEN;

  /** What it passes on, at {@code lane * levels + level}; empty places are null. */
  private Offer[] own = {};

  private KeyHeap<Offer>[] children;
  private Lender[] lenders;
  private final int levels;

  /** Offers that stand among the parent's. */
  private int offered;

  /** Who lent to a job of a leaf. */
  record Lender(HtbClass leaf, int level) {}

  /** A place among what its parent has to serve. */
  static final class Offer extends KeyHeap.Item {
    final HtbClass owner;

    Offer(HtbClass owner) {
      this.owner = owner;
    }
  }

  /** The base, above the top classes, has no spec. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  HtbClass(Htb htb, HtbClass parent, DisciplineSpec.HtbClassSpec spec, double r2q, int position) {
    this.htb = htb;
    this.parent = parent;
    this.position = position;
    this.depth = parent == null ? 0 : parent.depth + 1;
    boolean isBase = spec == null;
    name = isBase ? "" : spec.name();
    prio = isBase ? 0 : spec.prio();
    quantum = isBase ? 1 : spec.quantumOr(r2q);
    maxRunning = isBase ? 0 : spec.maxRunning();
    leaf = !isBase && spec.classes().isEmpty();
    long now = htb.tree.now();
    rate = new Bucket(isBase ? 0 : spec.rate(), isBase ? UNLIMITED : spec.burst(), now);
    ceil = new Bucket(isBase ? 0 : spec.ceil(), isBase ? UNLIMITED : spec.cburst(), now);
    tags = new double[leaf ? htb.ownLevel() + 1 : 0];
    levels = htb.ownLevel() + 1;
    children = new KeyHeap[0];
  }

  @Override
  void fire() {
    htb.refilled(this);
  }

  /** What keeps it from starting jobs, apart from what its leaf says itself. */
  void addHolds(List<String> holds) {
    long now = htb.tree.now();
    if (maxRunning > 0 && !leaf && running >= maxRunning) {
      holds.add(Holds.maxRunning(name, maxRunning));
    }
    if (!ceil.gives(now)) {
      holds.add(Holds.over(name, "ceil", ceil.rate, ceil.givesAtNanos(now)));
    }
  }

  KeyHeap<Offer> offers(int level, int lane) {
    int at = lane * levels + level;
    return at < children.length ? children[at] : null;
  }

  /** Looks what colour it has now; whether that is another one than before. */
  boolean look() {
    long now = htb.tree.now();
    Colour before = colour;
    long next = Long.MAX_VALUE;
    // A leaf's own limit is looked after by what holds its jobs.
    if (maxRunning > 0 && !leaf && running >= maxRunning) {
      colour = Colour.RED;
    } else if (!ceil.gives(now)) {
      colour = Colour.RED;
      next = ceil.givesAtNanos(now);
    } else if (!rate.gives(now)) {
      colour = Colour.YELLOW;
      next = rate.givesAtNanos(now);
    } else {
      colour = Colour.GREEN;
    }
    htb.tree.setTimer(this, next);
    return colour != before;
  }

  /** Counts the start of a job that a class of this depth pays for; a leaf may pay itself. */
  void count(int lenderDepth) {
    if (depth == lenderDepth) {
      lends++;
    } else if (depth > lenderDepth) {
      borrows++;
    }
  }

  /** As {@link #look}, after it was charged. */
  void lookCharged() {
    Colour before = colour;
    look();
    if (colour == Colour.RED && before != Colour.RED && !ceil.gives(htb.tree.now())) {
      overlimits++;
    }
  }

  void keepCounting(HtbClass before) {
    lends = before.lends;
    borrows = before.borrows;
    overlimits = before.overlimits;
  }

  /** The buckets of rate and ceil, for somebody to reckon with. */
  Bucket[] copyBuckets() {
    return new Bucket[] {rate.copy(), ceil.copy()};
  }

  ClassFigures.Tally tally() {
    return new ClassFigures.Tally(lends, borrows, overlimits);
  }

  /** From where a job of this leaf is served: its own level, or the nearest above that can lend. */
  int lenderLevel() {
    if (colour == Colour.GREEN) {
      return htb.ownLevel();
    }
    HtbClass one = parent;
    while (one.depth > 1 && one.colour != Colour.GREEN) {
      one = one.parent;
    }
    return Math.max(1, one.depth);
  }

  /** The same object each time. */
  Lender lender(int level) {
    if (lenders == null) {
      lenders = new Lender[levels];
    }
    if (lenders[level] == null) {
      lenders[level] = new Lender(this, level);
    }
    return lenders[level];
  }

  /** Among leaves of equal tags. */
  private long rank() {
    return served << POSITION_BITS | position;
  }

  private boolean passes(int level) {
    if (colour == Colour.RED) {
      return false;
    }
    if (leaf) {
      return colour == Colour.GREEN ? level == htb.ownLevel() : level < depth;
    }
    if (level == depth) {
      return colour == Colour.GREEN;
    }
    return level > depth || colour == Colour.YELLOW;
  }

  /** Tells the parent what there is to serve; whether anything changed for the parent. */
  boolean sync() {
    boolean changed = false;
    for (int lane = 0; lane < htb.lanes(); lane++) {
      changed |= syncLane(lane);
    }
    return changed;
  }

  boolean syncLane(int lane) {
    boolean changed = false;
    if (leaf) {
      boolean has = htb.prio(lane) == prio && content != null && content.offers(htb.need(lane));
      if (!has && offered == 0) {
        return false;
      }
      for (int level = htb.ownLevel(); level > 0; level--) {
        if (has && passes(level)) {
          changed |= offer(level, lane, KeyHeap.sortable(tags[level]), rank());
        } else {
          changed |= withdraw(level, lane);
        }
      }
      return changed;
    }
    for (int level = htb.ownLevel(); level > 0; level--) {
      KeyHeap<Offer> offers = offers(level, lane);
      if (offers != null && !offers.isEmpty() && passes(level)) {
        changed |= offer(level, lane, offers.minFirst(), offers.minSecond());
      } else {
        changed |= withdraw(level, lane);
      }
    }
    return changed;
  }

  private boolean offer(int level, int lane, long first, long second) {
    int at = lane * levels + level;
    if (at >= own.length) {
      own = Arrays.copyOf(own, (lane + 1) * levels);
    }
    if (own[at] == null) {
      own[at] = new Offer(this);
    }
    offered += own[at].inHeap() ? 0 : 1;
    return parent.accept(own[at], at, first, second);
  }

  private boolean accept(Offer offer, int at, long first, long second) {
    if (at >= children.length) {
      children = Arrays.copyOf(children, (at / levels + 1) * levels);
    }
    if (children[at] == null) {
      children[at] = new KeyHeap<>();
    }
    KeyHeap<Offer> heap = children[at];
    if (offer.inHeap() && heap.firstOf(offer) == first && heap.secondOf(offer) == second) {
      return false;
    }
    heap.set(offer, first, second);
    return true;
  }

  private boolean withdraw(int level, int lane) {
    int at = lane * levels + level;
    Offer offer = at < own.length ? own[at] : null;
    if (offer == null || !offer.inHeap()) {
      return false;
    }
    parent.children[at].remove(offer);
    offered--;
    return true;
  }
}
