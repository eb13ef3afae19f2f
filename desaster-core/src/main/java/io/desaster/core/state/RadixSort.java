/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import java.util.function.ToLongFunction;

/**
 * Sorts many objects by a number they carry, in time linear in their count: a sort by comparisons
 * would fetch each of a million objects twenty times from all over the heap. Least significant
 * digit first, stable (D. Knuth, The Art of Computer Programming, vol. 3, section 5.2.5).
 */
public final class RadixSort {
  private static final int DIGIT_BITS = 11;
  private static final int DIGITS = 1 << DIGIT_BITS;

  private RadixSort() {}

  /** Sorts ascending; what has equal keys stays in its order. */
  public static <T> void by(ToLongFunction<? super T> key, T[] objects) {
    int count = objects.length;
    long[] keys = new long[count];
    long least = Long.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      keys[i] = key.applyAsLong(objects[i]);
      least = Math.min(least, keys[i]);
    }
    long all = 0;
    for (int i = 0; i < count; i++) {
      keys[i] -= least;
      all |= keys[i];
    }
    T[] from = objects;
    T[] to = objects.clone();
    long[] toKeys = new long[count];
    for (int shift = 0; shift < Long.SIZE && all >>> shift != 0; shift += DIGIT_BITS) {
      if ((all >>> shift & (DIGITS - 1)) != 0) {
        pass(from, keys, to, toKeys, shift);
        T[] other = from;
        from = to;
        to = other;
        long[] otherKeys = keys;
        keys = toKeys;
        toKeys = otherKeys;
      }
    }
    if (from != objects) {
      System.arraycopy(from, 0, objects, 0, count);
    }
  }

  private static <T> void pass(T[] from, long[] keys, T[] to, long[] toKeys, int shift) {
    int[] places = new int[DIGITS + 1];
    for (long key : keys) {
      places[digit(key, shift) + 1]++;
    }
    for (int digit = 0; digit < DIGITS; digit++) {
      places[digit + 1] += places[digit];
    }
    for (int i = 0; i < keys.length; i++) {
      int place = places[digit(keys[i], shift)]++;
      to[place] = from[i];
      toKeys[place] = keys[i];
    }
  }

  private static int digit(long key, int shift) {
    return (int) (key >>> shift) & (DIGITS - 1);
  }
}
