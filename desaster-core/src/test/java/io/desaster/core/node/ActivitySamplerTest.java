/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.desaster.api.node.PoolInfo;
import io.desaster.api.node.Series;
import io.desaster.api.node.Stats;
import io.desaster.api.spi.Clock;
import io.desaster.core.history.History;
import io.desaster.core.query.Activity;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActivitySamplerTest {
  private static final long BEGIN_MILLIS = 1_800_000_000_000L;

  @TempDir Path directory;

  private volatile long millis = BEGIN_MILLIS;
  private Activity now = activity(1, 0, 0);

  private final Clock clock =
      new Clock() {
        @Override
        public long wallMillis() {
          return millis;
        }

        @Override
        public long monoMillis() {
          return millis;
        }
      };

  private static Activity activity(int used, long ended, long endedInPool) {
    PoolInfo shell = new PoolInfo("shell", "web1", List.of(), 1, 8, 4, used);
    PoolInfo java = new PoolInfo("java", "web1", List.of(), 1, 8, 2, 0);
    return new Activity(
        ended, 9, List.of(new Activity.Pool(shell, endedInPool, 7), new Activity.Pool(java, 0, 0)));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private double last(History history, String name, Series series) throws Exception {
    Instant to = Instant.ofEpochMilli(millis);
    Stats stats = get(history.stats(name, series, to.minusSeconds(1), to, Duration.ZERO));
    return stats.values()[0];
  }

  @Test
  void shouldMeasureTheNodeAndEachOfItsPools() throws Exception {
    try (History history = new History(directory, "web1", clock)) {
      ActivitySampler sampler =
          new ActivitySampler(
              "web1",
              ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class),
              clock,
              () -> CompletableFuture.completedFuture(now),
              history);
      get(sampler.sample(0.25));
      assertThat(last(history, "web1", Series.ENDED)).isNaN();
      millis += 2_000;
      now = activity(3, 30, 20);
      get(sampler.sample(0.5));

      assertThat(last(history, "web1", Series.HOST_CPU)).isEqualTo(0.5);
      assertThat(last(history, "web1", Series.USED)).isEqualTo(3);
      assertThat(last(history, "web1", Series.SLOTS)).isEqualTo(6);
      assertThat(last(history, "web1", Series.QUEUED)).isEqualTo(9);
      assertThat(last(history, "web1", Series.ENDED)).isEqualTo(900);
      assertThat(last(history, "web1", Series.CPU)).isPositive();
      assertThat(last(history, "web1", Series.RSS)).isGreaterThan(1 << 20);
      assertThat(last(history, "web1", Series.LOAD)).isNotNegative();
      assertThat(last(history, "shell@web1", Series.USED)).isEqualTo(3);
      assertThat(last(history, "shell@web1", Series.SLOTS)).isEqualTo(4);
      assertThat(last(history, "shell@web1", Series.QUEUED)).isEqualTo(7);
      assertThat(last(history, "shell@web1", Series.ENDED)).isEqualTo(600);
      assertThat(last(history, "java@web1", Series.ENDED)).isZero();
    }
  }
}
