/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UseMeterTest {
  private static final long SECOND = UseMeter.SECOND_NANOS;

  /** One that held a slot, and its cost. */
  private record Held(long from, long[] to, double cost) {
    double seconds(long begin, long end) {
      return Math.max(0, Math.min(end, to[0]) - Math.max(begin, from)) / (double) SECOND;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldTellTheSameAsAListOfAllAttempts(long seed) {
    Random random = new Random(seed);
    UseMeter meter = new UseMeter();
    List<Held> all = new ArrayList<>();
    List<Held> running = new ArrayList<>();
    long start = 1_700_000_000L * SECOND;
    long now = start;
    for (int step = 0; step < 3_000; step++) {
      now += random.nextInt(20) == 0 ? random.nextLong(90 * SECOND) : random.nextLong(SECOND);
      if (running.isEmpty() || running.size() < 5 && random.nextBoolean()) {
        double cost = random.nextInt(4);
        meter.start(1, cost, now);
        Held held = new Held(now, new long[] {Long.MAX_VALUE}, cost);
        all.add(held);
        running.add(held);
      } else {
        meter.end(0, now);
        running.remove(random.nextInt(running.size())).to()[0] = now;
      }
      long asked = now + random.nextLong(2 * SECOND);
      boolean fine = random.nextBoolean();
      long span = fine ? SECOND : UseMeter.TEN_NANOS;
      long from = (Math.floorDiv(asked, span) - 1 - random.nextInt(60)) * span;
      double seconds = all.stream().mapToDouble(held -> held.seconds(from, asked)).sum();
      double cost = all.stream().filter(h -> h.from() >= from).mapToDouble(Held::cost).sum();
      assertThat(meter.slotSeconds(from, asked)).isCloseTo(seconds, within(1e-6));
      assertThat(meter.cost(from)).isCloseTo(cost, within(1e-9));
    }
  }
}
