/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.event.DesasterEvent;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls listeners on a thread of its own, so that a slow one holds up no connection. When too much
 * waits, events are dropped and the listener is told how many.
 */
final class EventQueue {
  private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);
  private static final int WAITING_MAX = 10_000;
  static final String LOST = "events.lost";

  /** One subscriber. */
  static final class Listener {
    private final Consumer<DesasterEvent> consumer;
    private final AtomicLong dropped = new AtomicLong();

    Listener(Consumer<DesasterEvent> consumer) {
      this.consumer = consumer;
    }
  }

  private record Delivery(Listener listener, DesasterEvent event) {}

  private final BlockingQueue<Delivery> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Set<Listener> behind = ConcurrentHashMap.newKeySet();
  private final Thread thread = new Thread(this::run, "desaster-events");

  EventQueue() {
    thread.setDaemon(true);
    thread.start();
  }

  void add(Listener listener, DesasterEvent event) {
    if (listener.dropped.get() > 0 || !waiting.offer(new Delivery(listener, event))) {
      listener.dropped.incrementAndGet();
      behind.add(listener);
    }
  }

  /** The event that tells of lost ones. */
  static DesasterEvent lost(String why) {
    return new DesasterEvent(LOST, "", Instant.now(), Map.of("why", why));
  }

  private void run() {
    try {
      while (true) {
        deliver(waiting.take());
        if (waiting.isEmpty()) {
          tellThoseBehind();
        }
      }
    } catch (InterruptedException e) {
      // The client was closed.
    }
  }

  private void tellThoseBehind() {
    for (Listener listener : behind) {
      behind.remove(listener);
      long count = listener.dropped.getAndSet(0);
      if (count > 0) {
        deliver(new Delivery(listener, lost(count + " events came faster than they were taken")));
      }
    }
  }

  private static void deliver(Delivery delivery) {
    try {
      delivery.listener.consumer.accept(delivery.event);
    } catch (RuntimeException e) {
      LOG.warn(
          "a listener failed on event {} of {}; it gets the next ones all the same",
          delivery.event.topic(),
          delivery.event.subject(),
          e);
    }
  }

  void close() {
    thread.interrupt();
  }
}
