/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.event.DesasterEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventQueueTest {
  private final EventQueue queue = new EventQueue();

  @AfterEach
  void close() {
    queue.close();
  }

  @Test
  void shouldTellASlowListenerHowManyEventsItLost() throws InterruptedException {
    CountDownLatch blocked = new CountDownLatch(1);
    BlockingQueue<DesasterEvent> seen = new LinkedBlockingQueue<>();
    EventQueue.Listener listener =
        new EventQueue.Listener(
            event -> {
              awaitQuietly(blocked);
              seen.add(event);
            });
    for (int i = 0; i < 10_101; i++) {
      queue.add(listener, event("e" + i));
    }
    blocked.countDown();

    List<DesasterEvent> got = new ArrayList<>();
    do {
      got.add(seen.poll(10, TimeUnit.SECONDS));
    } while (!got.get(got.size() - 1).topic().equals("events.lost"));

    int lost = 10_101 - (got.size() - 1);
    assertThat(lost).isBetween(100, 101);
    assertThat(got.get(got.size() - 1).fields())
        .containsEntry("why", lost + " events came faster than they were taken");
    queue.add(listener, event("after"));
    assertThat(seen.poll(10, TimeUnit.SECONDS).topic()).isEqualTo("after");
  }

  @Test
  void shouldGoOnAfterAListenerFailed() throws InterruptedException {
    BlockingQueue<DesasterEvent> seen = new LinkedBlockingQueue<>();
    EventQueue.Listener listener =
        new EventQueue.Listener(
            event -> {
              seen.add(event);
              throw new IllegalStateException("a listener's fault");
            });

    queue.add(listener, event("one"));
    queue.add(listener, event("two"));

    assertThat(seen.poll(10, TimeUnit.SECONDS).topic()).isEqualTo("one");
    assertThat(seen.poll(10, TimeUnit.SECONDS).topic()).isEqualTo("two");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static DesasterEvent event(String topic) {
    return new DesasterEvent(topic, "", Instant.EPOCH, Map.of());
  }
}
