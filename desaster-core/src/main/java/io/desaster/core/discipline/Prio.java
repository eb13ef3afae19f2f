/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import java.util.Arrays;

/**
 * Strict priority (tc-prio(8)): the first class that has a job for the slot serves it. A heap of
 * classes for each need instead of a walk through them.
 */
final class Prio extends Inner {
  private KeyHeap<Seat>[] heaps = heaps(1);
  private long seats;

  private static final class Seat extends KeyHeap.Item {
    final Node child;

    Seat(Node child) {
      this.child = child;
    }
  }

  private static final class Seats {
    Seat[] byNeed = new Seat[1];
    final long number;

    Seats(long number) {
      this.number = number;
    }
  }

  Prio(ClassTree tree, String name) {
    super(tree, name);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static KeyHeap<Seat>[] heaps(int number) {
    return new KeyHeap[number];
  }

  @Override
  void seated(Node child) {
    child.seat = new Seats(seats++);
  }

  @Override
  void unseated(Node child) {}

  @Override
  void childOffers(Node child, int need, boolean offers) {
    Seats own = (Seats) child.seat;
    if (need >= own.byNeed.length) {
      own.byNeed = Arrays.copyOf(own.byNeed, need + 1);
    }
    if (need >= heaps.length) {
      heaps = Arrays.copyOf(heaps, need + 1);
    }
    if (own.byNeed[need] == null) {
      own.byNeed[need] = new Seat(child);
    }
    if (heaps[need] == null) {
      heaps[need] = new KeyHeap<>();
    }
    if (offers) {
      heaps[need].set(own.byNeed[need], child.position, own.number);
    } else {
      heaps[need].remove(own.byNeed[need]);
    }
  }

  @Override
  Node select(Needs.Met met) {
    Node best = null;
    long bestPosition = 0;
    long bestNumber = 0;
    for (int i = 0; i < met.count; i++) {
      KeyHeap<Seat> heap = met.ids[i] < heaps.length ? heaps[met.ids[i]] : null;
      if (heap != null && !heap.isEmpty()) {
        long position = heap.minFirst();
        long number = heap.minSecond();
        boolean less =
            best == null
                || position < bestPosition
                || position == bestPosition && number < bestNumber;
        if (less) {
          best = heap.min().child;
          bestPosition = position;
          bestNumber = number;
        }
      }
    }
    return best;
  }
}
