/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Deficit round robin (M. Shreedhar, G. Varghese, "Efficient Fair Queuing using Deficit Round
 * Robin", SIGCOMM 1995; tc-drr(8)) without walking the round. Places with a backlog stand in a
 * circle; the one at the hand serves while the cost of its next job fits its deficit, else it gets
 * one more quantum and the hand goes on. A newcomer stands right behind the hand, with one quantum.
 *
 * <p>How: the number of rounds a place still has to wait follows from its deficit, its quantum and
 * the cost, so its next turn is a point (round, label), where labels are numbers that grow along
 * the circle. A heap for each need has the places by their next turn; the least one is next. Quanta
 * are granted when a place serves, for all rounds at once. Labels between neighbours run out after
 * some thousand newcomers at one spot; then all are spread anew, without change of order.
 *
 * <p>A place that has nothing for the slots on offer is passed over; when it has, its turn lies
 * before the hand and it serves at once, with the deficit of then.
 *
 * <p>Cost: O(log places) each, whatever costs and quanta are.
 */
final class Round {
  private static final long LABELS = 1L << 62;
  private static final Turn[] NO_TURNS = {};
  private static final double EPSILON = 1e-9;

  private KeyHeap<Turn>[] heaps = heaps(1);
  private Place head;
  private long round;
  private long hand;
  private int count;

  /** Who stands in the round; {@code deficit} is what it has at its visit in {@code round}. */
  static class Place extends Turn {
    double quantum = 1;
    double deficit;
    long round;
    private long label;
    private Place previous;
    private Place next;
    private Turn[] turns = NO_TURNS;
    private int offers;

    final boolean inRound() {
      return next != null;
    }

    Place() {
      super(0);
    }

    final double cost(int need) {
      return turnOf(need).cost;
    }

    final boolean offers(int need) {
      Turn turn = turnOf(need);
      return turn != null && turn.inHeap();
    }

    @Override
    final Place place() {
      return this;
    }

    private Turn turnOf(int need) {
      if (need == 0) {
        return this;
      }
      return need < turns.length ? turns[need] : null;
    }

    /** Whether it offers jobs of more than one need. */
    final boolean mixed() {
      return offers > 1;
    }

    private long turn(double cost) {
      return round + quanta(cost);
    }

    private long quanta(double cost) {
      double lacking = cost - deficit;
      return lacking <= EPSILON ? 0 : (long) Math.ceil((lacking - EPSILON) / quantum);
    }
  }

  /** A place's next turn for jobs of one need. */
  abstract static class Turn extends KeyHeap.Item {
    final int need;
    private double cost;

    private Turn(int need) {
      this.need = need;
    }

    abstract Place place();
  }

  /** For another need than 0, for which the place stands itself. */
  private static final class OtherTurn extends Turn {
    private final Place place;

    OtherTurn(Place place, int need) {
      super(need);
      this.place = place;
    }

    @Override
    Place place() {
      return place;
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static KeyHeap<Turn>[] heaps(int number) {
    return new KeyHeap[number];
  }

  /** The place has a backlog. */
  void enter(Place place) {
    place.deficit = place.quantum;
    if (head == null) {
      place.label = LABELS / 2;
      place.round = round;
      hand = place.label;
      insert(place, null);
      head = place;
      return;
    }
    Place last = head.previous;
    if (last.label >= head.label) {
      // The head begins a round, so the newcomer is its last.
      if (LABELS - last.label < 2) {
        spread();
      }
      place.label = between(last.label, LABELS);
      place.round = round;
    } else {
      if (head.label - last.label < 2) {
        spread();
      }
      place.label = between(last.label, head.label);
      place.round = round + 1;
    }
    insert(place, last);
  }

  private static long between(long from, long to) {
    return from + Math.max(1, Math.min((to - from) >> 6, LABELS >> 20));
  }

  private void insert(Place place, Place after) {
    count++;
    if (after == null) {
      place.next = place;
      place.previous = place;
      return;
    }
    place.previous = after;
    place.next = after.next;
    after.next.previous = place;
    after.next = place;
  }

  /** Labels at equal distances, from the least on. */
  private void spread() {
    Place least = head;
    while (least.previous.label < least.label) {
      least = least.previous;
    }
    long gap = LABELS / (count + 2L);
    Place place = least;
    for (int i = 1; i <= count; i++) {
      place.label = gap * i;
      relabel(place);
      for (Turn turn : place.turns) {
        if (turn != null) {
          relabel(turn);
        }
      }
      place = place.next;
    }
    hand = head.label;
  }

  private void relabel(Turn turn) {
    if (turn.inHeap()) {
      heaps[turn.need].setSecond(turn, turn.place().label);
    }
  }

  /** The place has no backlog any more, or goes for good: its deficit is lost. */
  void leave(Place place) {
    withdraw(place, 0);
    for (Turn turn : place.turns) {
      if (turn != null) {
        withdraw(place, turn.need);
      }
    }
    if (place == head) {
      if (place.next == place) {
        head = null;
      } else {
        if (place.next.label < place.label) {
          round++;
        }
        head = place.next;
        hand = head.label;
      }
    }
    place.previous.next = place.next;
    place.next.previous = place.previous;
    place.next = null;
    place.previous = null;
    count--;
  }

  /** The place's next job of this need has this cost. */
  void offer(Place place, int need, double cost) {
    if (need >= heaps.length) {
      heaps = Arrays.copyOf(heaps, need + 1);
    }
    if (heaps[need] == null) {
      heaps[need] = new KeyHeap<>();
    }
    Turn turn = place.turnOf(need);
    if (turn == null) {
      place.turns = Arrays.copyOf(place.turns, Math.max(place.turns.length, need + 1));
      turn = new OtherTurn(place, need);
      place.turns[need] = turn;
    }
    if (!turn.inHeap()) {
      place.offers++;
    }
    turn.cost = cost;
    heaps[need].set(turn, place.turn(cost), place.label);
  }

  void withdraw(Place place, int need) {
    Turn turn = place.turnOf(need);
    if (turn != null && turn.inHeap()) {
      heaps[need].remove(turn);
      place.offers--;
    }
  }

  /** Quantum or deficit changed. */
  void changed(Place place) {
    if (place.inHeap()) {
      offer(place, 0, place.cost(0));
    }
    for (Turn turn : place.turns) {
      if (turn != null && turn.inHeap()) {
        heaps[turn.need].set(turn, place.turn(turn.cost), place.label);
      }
    }
  }

  /** Whose turn it is when these needs are met, or null. */
  Turn first(Needs.Met met) {
    Turn best = null;
    long bestRound = 0;
    long bestLabel = 0;
    for (int i = 0; i < met.count; i++) {
      int need = met.ids[i];
      KeyHeap<Turn> heap = need < heaps.length ? heaps[need] : null;
      if (heap != null && !heap.isEmpty()) {
        long at = heap.minFirst();
        long label = heap.minSecond();
        if (best == null || at < bestRound || at == bestRound && label < bestLabel) {
          best = heap.min();
          bestRound = at;
          bestLabel = label;
        }
      }
    }
    return best;
  }

  /** Whether a job of this cost would have the same turn or an earlier one. */
  boolean fits(Turn turn, double cost) {
    return turn.place().turn(cost) <= turn.place().turn(turn.cost);
  }

  /** A job of this cost of the place starts: the hand goes there. Its offers are to be renewed. */
  void served(Place place, double cost) {
    long quanta = place.quanta(cost);
    long turn = place.round + quanta;
    place.deficit += quanta * place.quantum;
    place.round = Math.max(turn, round);
    if (turn > round || turn == round && place.label > hand) {
      round = turn;
      hand = place.label;
      head = place;
    }
    place.deficit -= cost;
  }

  /** A job of this cost of the place, which was served, never began. */
  void returned(Place place, double cost) {
    if (place.inRound()) {
      place.deficit += cost;
      changed(place);
    }
  }

  long round() {
    return round;
  }

  /** From the hand on. */
  void forEach(Consumer<Place> action) {
    Place place = head;
    for (int i = 0; i < count; i++) {
      Place next = place.next;
      action.accept(place);
      place = next;
    }
  }

  /** Whether the hand comes to this place before the round ends. */
  boolean inThisRound(Place place) {
    return place.label >= hand;
  }

  /** An empty round goes on from there. */
  void restore(long handRound) {
    round = handRound;
  }

  /**
   * Puts a place in behind the others, as it was; to be called in the order of {@link #forEach} on
   * an empty round.
   *
   * @param thisRound what {@link #inThisRound} said
   */
  void restore(Place place, double deficit, long placeRound, boolean thisRound, int places) {
    long gap = LABELS / (2L * places + 4);
    place.deficit = deficit;
    place.round = placeRound;
    if (head == null) {
      place.label = LABELS / 2;
      hand = place.label;
      insert(place, null);
      head = place;
      return;
    }
    Place last = head.previous;
    boolean wraps = !thisRound && last.label >= hand;
    place.label = wraps ? gap : last.label + gap;
    insert(place, last);
  }
}
