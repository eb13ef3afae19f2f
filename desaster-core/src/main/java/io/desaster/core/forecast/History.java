/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A sketch of how long jobs run: the latest {@value #VALUES_MAX} values, of which one that is
 * {@value #HALF_LIFE} values old counts half. Newer ones thereby prevail soon after a change, while
 * a steady course still rests on some 220 values.
 *
 * <p>What is drawn from it are bootstrap samples (B. Efron, Bootstrap Methods: Another Look at the
 * Jackknife, Annals of Statistics 7, 1979), with replacement. How much these samples differ is how
 * little is known. They have a fifth fewer values than the history: for their weights differ, and
 * for otherwise P90s of skewed run times are too early a little more often than they should be.
 */
final class History {
  static final int VALUES_MAX = 256;
  private static final int HALF_LIFE = 128;
  private static final int FIRST = 4;
  private static final int WORTH = 4;
  private static final int WORTH_OF = 5;
  private static final double LN_2 = Math.log(2);

  /** A ring, as soon as it has its full length. */
  private int[] values;

  private int next;
  private int size;

  /** Whether there were others before those it has. */
  private boolean older;

  History() {
    values = new int[FIRST];
  }

  private History(History from) {
    values = from.values.clone();
    next = from.next;
    size = from.size;
    older = from.older;
  }

  int size() {
    return size;
  }

  void add(long value) {
    if (size == values.length && size < VALUES_MAX) {
      values = Arrays.copyOf(values, size * 2);
      next = size;
    }
    older |= size == VALUES_MAX;
    values[next] = (int) Math.max(0, Math.min(value, Integer.MAX_VALUE));
    next = next + 1 == values.length ? 0 : next + 1;
    size = Math.min(size + 1, values.length);
  }

  /** Becomes the same as the other one. */
  void take(History other) {
    values = other.values;
    next = other.next;
    size = other.size;
    older = other.older;
  }

  /** Whether it has all values there ever were. */
  boolean whole() {
    return !older;
  }

  History copy() {
    return new History(this);
  }

  /** Values drawn anew, recent ones more often; none if it has none. */
  int[] resample(RandomGenerator random) {
    int[] drawn = new int[(size * WORTH + WORTH_OF - 1) / WORTH_OF];
    double oldest = -Math.expm1(-LN_2 * size / HALF_LIFE);
    for (int i = 0; i < drawn.length; i++) {
      int age = (int) (-Math.log1p(-random.nextDouble() * oldest) / LN_2 * HALF_LIFE);
      drawn[i] = newest(Math.min(age, size - 1));
    }
    return drawn;
  }

  /** The value that came so many before the last one. */
  private int newest(int age) {
    int at = next - 1 - age;
    return values[at < 0 ? at + values.length : at];
  }

  void encode(Output out) {
    out.writeVarint(size);
    out.writeBoolean(older);
    for (int age = size - 1; age >= 0; age--) {
      out.writeVarint(newest(age));
    }
  }

  static History decode(Input in) {
    History history = new History();
    int size = in.readVarint32();
    boolean older = in.readBoolean();
    for (int i = size; i > 0; i--) {
      history.add(in.readVarint());
    }
    history.older = older;
    return history;
  }
}
