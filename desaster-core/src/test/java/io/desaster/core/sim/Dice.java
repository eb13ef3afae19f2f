/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import java.util.List;
import java.util.SplittableRandom;

/** Random choices that follow from a seed. */
final class Dice {
  private final SplittableRandom random;

  Dice(long seed) {
    random = new SplittableRandom(seed);
  }

  private Dice(SplittableRandom random) {
    this.random = random;
  }

  /** Others, independent of how often these are thrown from now on. */
  Dice split() {
    return new Dice(random.split());
  }

  SplittableRandom generator() {
    return random.split();
  }

  /** True once in {@code n} throws on average. */
  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  /** From 0 to {@code bound - 1}. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Both ends included. */
  long between(long low, long high) {
    return low == high ? low : low + random.nextLong(high - low + 1);
  }

  long any() {
    return random.nextLong();
  }

  <T> T pick(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  @SafeVarargs
  final <T> T oneOf(T... items) {
    return items[random.nextInt(items.length)];
  }

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
