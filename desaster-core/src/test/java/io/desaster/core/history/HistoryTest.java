/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.node.Series;
import io.desaster.api.node.Stats;
import io.desaster.api.spi.Clock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  private static final String POOL = "shell@web1";
  private static final long BEGIN = Instant.parse("2026-11-24T00:00:00Z").getEpochSecond();

  @TempDir Path directory;

  private final Time time = new Time();

  /** Seconds that pass when they are told to. */
  private static final class Time implements Clock {
    private volatile long seconds = BEGIN;

    @Override
    public long wallMillis() {
      return seconds * 1000 + 500;
    }

    @Override
    public long monoMillis() {
      return wallMillis();
    }
  }

  private History open() {
    return new History(directory, "web1", time);
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  /** One sample a second; {@code used} counts the seconds since the begin. */
  private void live(History history, int seconds) throws Exception {
    for (int i = 0; i < seconds; i++) {
      time.seconds++;
      double value = time.seconds - BEGIN;
      get(history.add(List.of(new History.Reading(POOL, Map.of(Series.USED, value)))));
    }
  }

  private Stats ask(History history, long from, long to, int step) throws Exception {
    return get(
        history.stats(
            POOL,
            Series.USED,
            Instant.ofEpochSecond(BEGIN + from),
            Instant.ofEpochSecond(BEGIN + to),
            Duration.ofSeconds(step)));
  }

  private void assertRefused(ErrorCode code, String message, CompletionStage<?> stage) {
    assertThatThrownBy(() -> get(stage))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            DesasterException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(code);
              assertThat(refusal).hasMessageContaining(message);
            });
  }

  @Test
  void shouldTellEachSecondOfTheLastMinutes() throws Exception {
    try (History history = open()) {
      live(history, 30);

      Stats stats = ask(history, 10, 15, 0);

      // The sample at second 11 is of the span that begins at 10.
      assertThat(stats.values()).containsExactly(11, 12, 13, 14, 15);
      assertThat(stats.from()).isEqualTo(Instant.ofEpochSecond(BEGIN + 10));
      assertThat(stats.step()).isEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void shouldAverageOverTheStepAskedFor() throws Exception {
    try (History history = open()) {
      live(history, 60);

      Stats stats = ask(history, 0, 60, 15);

      assertThat(stats.values()).containsExactly(8, 23, 38, 53);
      assertThat(stats.step()).isEqualTo(Duration.ofSeconds(15));
    }
  }

  @Test
  void shouldKnowOlderTimesInLongerSteps() throws Exception {
    try (History history = open()) {
      live(history, 1_000);

      Stats stats = ask(history, 100, 140, 0);

      assertThat(stats.step()).isEqualTo(Duration.ofSeconds(10));
      assertThat(stats.values()).hasSize(4);
      assertThat(stats.values()[0]).isCloseTo(105.5, within(1e-9));
    }
  }

  @Test
  void shouldSayThatItDoesNotKnowWhatWasNotMeasured() throws Exception {
    try (History history = open()) {
      live(history, 10);
      time.seconds += 30;
      live(history, 10);

      assertThat(ask(history, 8, 12, 0).values()).containsExactly(9, 10, Double.NaN, Double.NaN);
      assertThat(ask(history, -5, -3, 0).values()).containsOnly(Double.NaN);
      assertThat(get(history.stats(POOL, Series.QUEUED, at(0), at(9), Duration.ZERO)).values())
          .containsOnly(Double.NaN);
    }
  }

  private static Instant at(long seconds) {
    return Instant.ofEpochSecond(BEGIN + seconds);
  }

  @Test
  void shouldKnowItAllAfterARestart() throws Exception {
    try (History history = open()) {
      live(history, 20);
    }
    long bytes = Files.size(directory.resolve("pool-shell.rrd"));
    try (History history = open()) {
      time.seconds += 2;
      live(history, 5);
    }
    try (History history = open()) {
      assertThat(ask(history, 0, 20, 0).values()).startsWith(1, 2, 3).endsWith(19, 20);
      assertThat(ask(history, 22, 27, 0).values()).containsExactly(23, 24, 25, 26, 27);
      assertThat(history.notes()).isEmpty();
    }
    assertThat(Files.size(directory.resolve("pool-shell.rrd"))).isEqualTo(bytes);
  }

  @Test
  void shouldSetAsideWhatIsDamagedAndBeginAnew() throws Exception {
    try (History history = open()) {
      live(history, 20);
    }
    Path file = directory.resolve("pool-shell.rrd");
    byte[] written = Files.readAllBytes(file);
    for (byte[] damaged : damages(written)) {
      Files.write(file, damaged);
      try (History history = open()) {
        live(history, 3);
        long now = time.seconds - BEGIN;
        assertThat(ask(history, now - 5, now, 0).values())
            .containsExactly(Double.NaN, Double.NaN, now - 2, now - 1, now);
        assertThat(history.notes()).singleElement().asString().startsWith("pool-shell.rrd: it ");
      }
      assertThat(directory.resolve("pool-shell.rrd.damaged")).hasBinaryContent(damaged);
    }
    try (History history = open()) {
      assertThat(ask(history, 20, 23, 0).values()).isNotEmpty();
      assertThat(history.notes()).isEmpty();
    }
  }

  private static List<byte[]> damages(byte[] written) {
    byte[] head = written.clone();
    Arrays.fill(head, 0, 4096, (byte) 0);
    byte[] middle = written.clone();
    Arrays.fill(middle, written.length / 2, written.length / 2 + 512, (byte) 0xa5);
    return List.of(
        new byte[0],
        Arrays.copyOf(written, written.length / 2),
        Arrays.copyOf(written, written.length + 1),
        new byte[written.length],
        head,
        middle);
  }

  @Test
  void shouldBeginAnewWhenAllItKnowsIsOfTheFuture() throws Exception {
    try (History history = open()) {
      live(history, 5);
    }
    time.seconds -= Duration.ofDays(2).toSeconds();
    try (History history = open()) {
      time.seconds++;
      get(history.add(List.of(new History.Reading(POOL, Map.of(Series.USED, 7.0)))));
      assertThat(history.notes()).singleElement().asString().contains("which is to come");
    }
  }

  @Test
  void shouldGoOnWhenTheClockIsSetBackALittle() throws Exception {
    try (History history = open()) {
      live(history, 20);
      time.seconds -= 10;
      live(history, 15);

      assertThat(ask(history, 18, 25, 0).values()).containsExactly(19, 20, 21, 22, 23, 24, 25);
    }
  }

  @Test
  void shouldRefuseWhatMakesNoSense() throws Exception {
    try (History history = open()) {
      live(history, 5);
      time.seconds += Duration.ofDays(30).toSeconds();

      assertRefused(
          ErrorCode.NOTFOUND,
          "there is no history of 'web2'",
          history.stats("web2", Series.CPU, at(0), at(5), Duration.ZERO));
      assertRefused(
          ErrorCode.NOTFOUND,
          "there is no history of '../../x@web1'",
          history.stats("../../x@web1", Series.USED, at(0), at(5), Duration.ZERO));
      assertRefused(
          ErrorCode.INVALID,
          "pool shell@web1 has no series rss; it has used slots ended queued",
          history.stats(POOL, Series.RSS, at(0), at(5), Duration.ZERO));
      assertRefused(
          ErrorCode.INVALID,
          "from 2026-11-24T00:00:05Z to 2026-11-24T00:00:05Z is no time",
          history.stats(POOL, Series.USED, at(5), at(5), Duration.ZERO));
      assertRefused(
          ErrorCode.INVALID,
          "the step must be whole seconds, such as 10s or 1h, not 1500ms",
          history.stats(POOL, Series.USED, at(0), at(5), Duration.ofMillis(1500)));
      assertRefused(
          ErrorCode.INVALID,
          "ask for a step of at least ",
          history.stats(POOL, Series.USED, Instant.EPOCH, at(5), Duration.ZERO));
    }
  }

  @Test
  void shouldKeepPoolsOfAnyNameInItsDirectory() throws Exception {
    String odd = "../a/b@web1";
    try (History history = open()) {
      time.seconds++;
      get(history.add(List.of(new History.Reading(odd, Map.of(Series.USED, 1.0)))));
    }
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactly("pool-..%2Fa%2Fb.rrd");
    }
  }
}
