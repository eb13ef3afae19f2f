/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import java.util.Arrays;

/**
 * A heap of items that know their number in it, so that any of them can be moved or taken out in
 * O(log n). Keys are two whole numbers, compared in that order. Keys, numbers and the places of the
 * numbers are in arrays, so that moving things about touches no item: with thousands of them, each
 * would cost a cache miss. Four children a node, for a flatter tree; their keys, both of each, are
 * in a row, so that to compare them costs one miss or two. Allocates only to grow.
 */
final class KeyHeap<E extends KeyHeap.Item> {
  private static final int CAPACITY = 4;

  /** First and second key of each place in turn. */
  private long[] keys = new long[2 * CAPACITY];

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
    return keys[0];
  }

  long minSecond() {
    return keys[1];
  }

  /** Whether its least keys come before those of another one; neither is empty. */
  boolean before(KeyHeap<?> other) {
    return less(keys[0], keys[1], other.keys[0], other.keys[1]);
  }

  /** The first key of an item that is here. */
  long firstOf(E item) {
    return keys[2 * places[((Item) item).number]];
  }

  long secondOf(E item) {
    return keys[2 * places[((Item) item).number] + 1];
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
    if (before(first, second, at)) {
      up(at, number, first, second);
    } else {
      down(at, number, first, second);
    }
  }

  private void grow() {
    int capacity = size * 2;
    keys = Arrays.copyOf(keys, 2 * capacity);
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
      long first = keys[2 * size];
      long second = keys[2 * size + 1];
      if (at > 0 && before(first, second, (at - 1) >> 2)) {
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
    keys[2 * places[((Item) item).number] + 1] = second;
  }

  private void up(int from, int number, long first, long second) {
    int at = from;
    while (at > 0) {
      int above = (at - 1) >> 2;
      if (!before(first, second, above)) {
        break;
      }
      put(at, numbers[above], keys[2 * above], keys[2 * above + 1]);
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
      long leastFirst = keys[2 * child];
      long leastSecond = keys[2 * child + 1];
      int end = Math.min(child + 4, size);
      for (int other = child + 1; other < end; other++) {
        if (less(keys[2 * other], keys[2 * other + 1], leastFirst, leastSecond)) {
          least = other;
          leastFirst = keys[2 * other];
          leastSecond = keys[2 * other + 1];
        }
      }
      if (!less(leastFirst, leastSecond, first, second)) {
        break;
      }
      put(at, numbers[least], leastFirst, leastSecond);
      at = least;
    }
    put(at, number, first, second);
  }

  private void put(int at, int number, long first, long second) {
    keys[2 * at] = first;
    keys[2 * at + 1] = second;
    numbers[at] = number;
    places[number] = at;
  }

  /** Whether these keys come before those at this place. */
  private boolean before(long first, long second, int at) {
    return less(first, second, keys[2 * at], keys[2 * at + 1]);
  }

  private static boolean less(long first, long second, long otherFirst, long otherSecond) {
    return first != otherFirst ? first < otherFirst : second < otherSecond;
  }
}
