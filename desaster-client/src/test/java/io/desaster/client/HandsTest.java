/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandsTest {
  private final Hands hands = new Hands(16, "test");

  @AfterEach
  void close() {
    hands.close();
  }

  @Test
  void shouldRunAsManyBlockingTasksAtOnceAsThereAreHands() throws Exception {
    for (int round = 0; round < 20; round++) {
      CyclicBarrier together = new CyclicBarrier(17);
      for (int i = 0; i < 16; i++) {
        hands.run(() -> meet(together));
      }

      together.await(10, TimeUnit.SECONDS);
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldRunEachTaskOnceAndOnNoMoreThreadsThanHands() throws InterruptedException {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(100_000);
    for (int i = 0; i < 100_000; i++) {
      hands.run(
          () -> {
            threads.add(Thread.currentThread());
            runs.incrementAndGet();
            done.countDown();
          });
    }

    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(runs).hasValue(100_000);
    assertThat(threads).hasSizeLessThanOrEqualTo(16);
  }

  @Test
  void shouldNotBeDisturbedByALateInterrupt() throws InterruptedException {
    CountDownLatch first = new CountDownLatch(1);
    Thread[] thread = new Thread[1];
    hands.run(
        () -> {
          thread[0] = Thread.currentThread();
          first.countDown();
        });
    first.await();
    thread[0].interrupt();
    CountDownLatch second = new CountDownLatch(1);

    hands.run(second::countDown);

    assertThat(second.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void shouldEndItsThreadsAfterTheirWork() throws InterruptedException {
    Thread[] thread = new Thread[1];
    CountDownLatch ran = new CountDownLatch(1);
    hands.run(
        () -> {
          thread[0] = Thread.currentThread();
          ran.countDown();
        });
    ran.await();

    hands.close();

    thread[0].join(10_000);
    assertThat(thread[0].isAlive()).isFalse();
  }
}
