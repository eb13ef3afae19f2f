/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import java.util.Arrays;

/**
 * A heap of items that know their place in it, so that any of them can be moved or taken out in
 * O(log n). Keys are two whole numbers, compared in that order, and kept in arrays of their own: a
 * comparison touches no item. Four children a node, for a flatter tree whose siblings share a cache
 * line. Allocates only to grow.
 */
final class KeyHeap<E extends KeyHeap.Item> {
  private static final int CAPACITY = 4;

  private long[] firsts = new long[CAPACITY];
  private long[] seconds = new long[CAPACITY];
  private Item[] items = new Item[CAPACITY];
  private int size;

  /** What stands in a heap, in one at a time. */
  abstract static class Item {
    private int at = -1;

    final boolean inHeap() {
      return at >= 0;
    }
  }

  /** A number with the order of the floating-point value. */
  static long sortable(double value) {
    long bits = Double.doubleToRawLongBits(value);
    return bits ^ (bits >> 63) & Long.MAX_VALUE;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  @SuppressWarnings("unchecked")
  E get(int index) {
    return (E) items[index];
  }

  /** The item with the least keys, or null. */
  E min() {
    return size == 0 ? null : get(0);
  }

  /** Undefined if it is empty, as {@link #minSecond}. */
  long minFirst() {
    return firsts[0];
  }

  long minSecond() {
    return seconds[0];
  }

  /** The first key of an item that is here. */
  long firstOf(E item) {
    return firsts[((Item) item).at];
  }

  long secondOf(E item) {
    return seconds[((Item) item).at];
  }

  /** Puts the item in, or to where its new keys belong. */
  void set(E item, long first, long second) {
    int at = ((Item) item).at;
    if (at < 0) {
      if (size == items.length) {
        firsts = Arrays.copyOf(firsts, size * 2);
        seconds = Arrays.copyOf(seconds, size * 2);
        items = Arrays.copyOf(items, size * 2);
      }
      up(size++, item, first, second);
    } else if (less(first, second, firsts[at], seconds[at])) {
      up(at, item, first, second);
    } else {
      down(at, item, first, second);
    }
  }

  /** Takes the item out if it is here. */
  void remove(E item) {
    int at = ((Item) item).at;
    if (at < 0) {
      return;
    }
    ((Item) item).at = -1;
    size--;
    Item last = items[size];
    items[size] = null;
    if (at < size) {
      long first = firsts[size];
      long second = seconds[size];
      if (at > 0 && less(first, second, firsts[(at - 1) >> 2], seconds[(at - 1) >> 2])) {
        up(at, last, first, second);
      } else {
        down(at, last, first, second);
      }
    }
  }

  void clear() {
    for (int i = 0; i < size; i++) {
      items[i].at = -1;
      items[i] = null;
    }
    size = 0;
  }

  /** Changes second keys without changing any order. */
  void setSecond(E item, long second) {
    seconds[((Item) item).at] = second;
  }

  private void up(int from, Item item, long first, long second) {
    int at = from;
    while (at > 0) {
      int above = (at - 1) >> 2;
      if (!less(first, second, firsts[above], seconds[above])) {
        break;
      }
      put(at, items[above], firsts[above], seconds[above]);
      at = above;
    }
    put(at, item, first, second);
  }

  private void down(int from, Item item, long first, long second) {
    int at = from;
    while (true) {
      int child = (at << 2) + 1;
      if (child >= size) {
        break;
      }
      int least = child;
      int end = Math.min(child + 4, size);
      for (int other = child + 1; other < end; other++) {
        if (less(firsts[other], seconds[other], firsts[least], seconds[least])) {
          least = other;
        }
      }
      if (!less(firsts[least], seconds[least], first, second)) {
        break;
      }
      put(at, items[least], firsts[least], seconds[least]);
      at = least;
    }
    put(at, item, first, second);
  }

  private void put(int at, Item item, long first, long second) {
    firsts[at] = first;
    seconds[at] = second;
    items[at] = item;
    item.at = at;
  }

  private static boolean less(long first, long second, long otherFirst, long otherSecond) {
    return first != otherFirst ? first < otherFirst : second < otherSecond;
  }
}
