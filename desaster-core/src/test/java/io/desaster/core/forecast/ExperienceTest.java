/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExperienceTest {
  @Test
  void shouldDrawRecentValuesMoreOftenAndForgetOldOnes() {
    History history = new History();
    for (int i = 0; i < 1000; i++) {
      history.add(i);
    }
    int[] drawn = new int[0];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 50; i++) {
      int[] more = history.resample(random);
      int before = drawn.length;
      drawn = Arrays.copyOf(drawn, before + more.length);
      System.arraycopy(more, 0, drawn, before, more.length);
    }

    assertThat(Arrays.stream(drawn).min().orElseThrow())
        .isGreaterThanOrEqualTo(1000 - History.VALUES_MAX);
    long newer = Arrays.stream(drawn).filter(value -> value >= 1000 - 128).count();
    assertThat(newer / (double) drawn.length).isBetween(0.64, 0.69);
    assertThat(history.whole()).isFalse();
  }

  @Test
  void shouldBeTheSameWhenReadBack() {
    History history = new History();
    for (int i = 0; i < 300; i++) {
      history.add(i * 7L);
    }
    Output out = new Output(16);
    history.encode(out);

    History read = History.decode(new Input(out.array(), 0, out.size()));

    assertThat(read.resample(new SplittableRandom(3)))
        .isEqualTo(history.resample(new SplittableRandom(3)));
    assertThat(read.whole()).isFalse();
  }

  @Test
  void shouldTellHowGoodPredictionsWere() {
    Accuracy accuracy = new Accuracy();
    accuracy.add(1000, 900, 1200);
    accuracy.add(1000, 1300, 2000);
    accuracy.add(1000, 500, 800);

    assertThat(accuracy.medianError()).isEqualTo(0.3);
    assertThat(accuracy.coverage()).isEqualTo(2 / 3.0);
  }

  @Test
  void shouldTakeAJobThatStartsAtItsP90ForOneThatIsNotLate() {
    Accuracy accuracy = new Accuracy();
    accuracy.add(1200, 900, 1200);

    assertThat(accuracy.coverage()).isEqualTo(1);
  }

  @Test
  void shouldTellTheSameOfPredictionsWhenReadBack() {
    Accuracy written = new Accuracy();
    written.add(1000, 900, 1200);
    written.add(1000, 500, 800);
    written.add(1000, 1000, 900);
    Output out = new Output(16);
    written.encode(out);

    Accuracy decoded = new Accuracy();
    decoded.decode(new Input(out.array(), 0, out.size()));
    Accuracy taken = new Accuracy();
    taken.take(decoded);

    assertThat(taken.size()).isEqualTo(3);
    assertThat(taken.medianError()).isEqualTo(0.1);
    assertThat(taken.coverage()).isEqualTo(1 / 3.0);
  }

  @Test
  void shouldHaveAllValuesUntilOneWasForgotten() {
    History history = new History();
    for (int i = 0; i < History.VALUES_MAX; i++) {
      history.add(7);
    }
    assertThat(history.whole()).isTrue();

    history.add(7);
    assertThat(history.whole()).isFalse();
    assertThat(history.size()).isEqualTo(History.VALUES_MAX);
  }

  @Test
  void shouldTakeATimeBelowZeroForNone() {
    History history = new History();
    history.add(-5);

    assertThat(history.resample(new SplittableRandom(1))).containsOnly(0);
  }
}
