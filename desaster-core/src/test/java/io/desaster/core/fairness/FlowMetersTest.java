/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlowMetersTest {
  private static final long SECOND = UseMeter.SECOND_NANOS;

  private final FlowMeters meters = new FlowMeters();
  private final FlowMeters.OfQueue mail = meters.new OfQueue();
  private final FlowMeters.OfQueue other = meters.new OfQueue();

  private void startAndEnd(FlowMeters.OfQueue queue, String flow, long second) {
    queue.started(flow, 1, second * SECOND);
    queue.ended(flow, 0, second * SECOND);
  }

  @Test
  void shouldKeepTheFlowsThatStartedLastAndThoseThatRun() {
    mail.started("runs", 1, SECOND);
    startAndEnd(mail, "first", 1);
    startAndEnd(mail, "again", 1);
    for (int i = 0; i < FlowMeters.FLOWS_MAX - 3; i++) {
      startAndEnd(other, "f" + i, 1);
    }
    startAndEnd(mail, "again", 1);
    startAndEnd(other, "one too many", 2);

    assertThat(mail.use("first")).isNull();
    assertThat(mail.use("again").cost(0)).isEqualTo(2);
    assertThat(mail.use("runs").running()).isEqualTo(1);
    startAndEnd(other, "and another", 2);
    assertThat(other.use("f0")).isNull();
    assertThat(other.use("f1")).isNotNull();
  }

  @Test
  void shouldBeginAnewWithTheMeterOfAFlowThatGaveWay() {
    mail.started("old", 5, SECOND);
    mail.ended("old", 0, 3 * SECOND);
    for (int i = 0; i < FlowMeters.FLOWS_MAX; i++) {
      startAndEnd(other, "f" + i, 3);
    }

    assertThat(mail.use("old")).isNull();
    // The last one has the meter of the old one.
    UseMeter last = other.use("f" + (FlowMeters.FLOWS_MAX - 1));
    assertThat(last.slotSeconds(0, 10 * SECOND)).isZero();
    assertThat(last.cost(0)).isEqualTo(1);
  }

  @Test
  void shouldNotMissTheEndOfAForgottenFlow() {
    mail.started("a", 1, SECOND);
    mail.forget();
    mail.ended("a", 0, 2 * SECOND);
    mail.started("a", 1, 3 * SECOND);

    assertThat(mail.use("a").running()).isEqualTo(1);
  }

  @Test
  void shouldHaveRoomForOthersOnceAQueueIsGone() {
    startAndEnd(mail, "a", 1);
    startAndEnd(mail, "b", 1);
    mail.forget();
    for (int i = 0; i < FlowMeters.FLOWS_MAX; i++) {
      startAndEnd(other, "f" + i, 1);
    }

    assertThat(other.use("f0")).isNotNull();
  }
}
