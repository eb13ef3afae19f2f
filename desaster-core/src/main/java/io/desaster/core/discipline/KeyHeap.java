/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import java.util.Arrays;

/**
 * A heap of items that know their number in it, so that any of them can be moved or taken out in
 * O(log n). Keys are two whole numbers, compared in that order. Keys, numbers and the places of the
 * numbers are in arrays, so that moving things about touches no item: with thousands of them, each
 * would cost a cache miss. Four children a node, for a flatter tree whose siblings share a cache
 * line. Allocates only to grow.
 */
final class KeyHeap<E extends KeyHeap.Item> {
  private static final int CAPACITY = 4;

  private long[] firsts = new long[CAPACITY];
  private long[] seconds = new long[CAPACITY];

  /** The numbers of the items, by place. Beyond the size: numbers that are free. */
  private int[] numbers = {0, 1, 2, 3};

  /** By number. */
  private Item[] items = new Item[CAPACITY];

  private int[] places = new int[CAPACITY];
  private int size;

  /** What stands in a heap, in one at a time. */
  abstract static class Item {
    private int number = -1;

    final boolean inHeap() {
      return number >= 0;
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

  /** The item with the least keys, or null. */
  @SuppressWarnings("unchecked")
  E min() {
    return size == 0 ? null : (E) items[numbers[0]];
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
    return firsts[places[((Item) item).number]];
  }

  long secondOf(E item) {
    return seconds[places[((Item) item).number]];
  }

  /** Puts the item in, or to where its new keys belong. */
  void set(E item, long first, long second) {
    int number = ((Item) item).number;
    if (number < 0) {
      if (size == items.length) {
        grow();
      }
      number = numbers[size];
      ((Item) item).number = number;
      items[number] = item;
      up(size++, number, first, second);
      return;
    }
    int at = places[number];
    if (less(first, second, firsts[at], seconds[at])) {
      up(at, number, first, second);
    } else {
      down(at, number, first, second);
    }
  }

  private void grow() {
    int capacity = size * 2;
    firsts = Arrays.copyOf(firsts, capacity);
    seconds = Arrays.copyOf(seconds, capacity);
    numbers = Arrays.copyOf(numbers, capacity);
    items = Arrays.copyOf(items, capacity);
    places = Arrays.copyOf(places, capacity);
    for (int number = size; number < capacity; number++) {
      numbers[number] = number;
    }
  }

  /** Takes the item out if it is here. */
  void remove(E item) {
    int number = ((Item) item).number;
    if (number < 0) {
      return;
    }
    int at = places[number];
    ((Item) item).number = -1;
    items[number] = null;
    size--;
    int last = numbers[size];
    numbers[size] = number;
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
      items[numbers[i]].number = -1;
      items[numbers[i]] = null;
    }
    size = 0;
  }

  /** Changes second keys without changing any order. */
  void setSecond(E item, long second) {
    seconds[places[((Item) item).number]] = second;
  }

  private void up(int from, int number, long first, long second) {
    int at = from;
    while (at > 0) {
      int above = (at - 1) >> 2;
      if (!less(first, second, firsts[above], seconds[above])) {
        break;
      }
      put(at, numbers[above], firsts[above], seconds[above]);
      at = above;
    }
    put(at, number, first, second);
  }

  private void down(int from, int number, long first, long second) {
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
      put(at, numbers[least], firsts[least], seconds[least]);
      at = least;
    }
    put(at, number, first, second);
  }

  private void put(int at, int number, long first, long second) {
    firsts[at] = first;
    seconds[at] = second;
    numbers[at] = number;
    places[number] = at;
  }

  private static boolean less(long first, long second, long otherFirst, long otherSecond) {
    return first != otherFirst ? first < otherFirst : second < otherSecond;
  }
}
