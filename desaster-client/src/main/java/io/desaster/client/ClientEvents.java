/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.desaster.api.Events;
import io.desaster.api.event.DesasterEvent;
import io.desaster.api.wire.EventFields;
import io.desaster.api.wire.Fields;
import io.lettuce.core.api.push.PushMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * EVENTS, on a connection of its own that is made with the first subscription. After a loss all
 * subscriptions are made again and the listeners are told that events may be missing.
 */
final class ClientEvents implements Events {
  private static final Logger LOG = LoggerFactory.getLogger(ClientEvents.class);

  /** Only loaded when the first event comes: many clients never get one. */
  private static final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    private Json() {}

    static Map<String, Object> read(String text) throws IOException {
      return MAPPER.readValue(text, MAP);
    }
  }

  /** A pattern with those who listen to it. */
  private static final class Pattern {
    final List<EventQueue.Listener> listeners = new ArrayList<>();
    CompletableFuture<Void> confirmed = new CompletableFuture<>();
  }

  private final Supplier<Link> newLink;
  private final long confirmMillis;
  private final Map<String, Pattern> patterns = new LinkedHashMap<>();
  private Link link;
  private EventQueue queue;
  private Session session;
  private boolean connectedBefore;

  ClientEvents(Supplier<Link> newLink, ClientSettings settings) {
    this.newLink = newLink;
    this.confirmMillis = settings.answerTimeout().toMillis();
  }

  /**
   * Listens; returns when the daemon has confirmed, or after the time for an answer, after which it
   * goes on trying.
   */
  @Override
  public Subscription subscribe(String pattern, Consumer<DesasterEvent> consumer) {
    EventQueue.Listener listener = new EventQueue.Listener(consumer);
    CompletableFuture<Void> confirmed;
    synchronized (this) {
      Pattern known = patterns.get(pattern);
      if (known == null) {
        known = new Pattern();
        patterns.put(pattern, known);
        tell("SUBSCRIBE", pattern);
      }
      known.listeners.add(listener);
      confirmed = known.confirmed;
      if (link == null) {
        queue = new EventQueue();
        link = newLink.get();
        link.keepConnected(this::connected);
      }
    }
    if (!link.isLoop()) {
      await(pattern, confirmed);
    }
    return () -> unsubscribe(pattern, listener);
  }

  private void await(String pattern, CompletableFuture<Void> confirmed) {
    try {
      confirmed.get(confirmMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("no host has confirmed the subscription to {} yet; it is tried on", pattern);
    }
  }

  private synchronized void unsubscribe(String pattern, EventQueue.Listener listener) {
    Pattern known = patterns.get(pattern);
    if (known != null && known.listeners.remove(listener) && known.listeners.isEmpty()) {
      patterns.remove(pattern);
      tell("UNSUBSCRIBE", pattern);
    }
  }

  private void tell(String verb, String pattern) {
    Session present = session;
    if (present != null) {
      link.onLoop(() -> present.tell(CommandWriter.of("EVENTS", verb, pattern)));
    }
  }

  private synchronized void connected(Session fresh) {
    session = fresh;
    fresh.connection().addListener(this::message);
    if (connectedBefore) {
      DesasterEvent lost = EventQueue.lost("the connection was lost for a time");
      patterns.values().forEach(p -> p.listeners.forEach(one -> queue.add(one, lost)));
    }
    connectedBefore = true;
    patterns.keySet().forEach(pattern -> tell("SUBSCRIBE", pattern));
  }

  private synchronized void message(PushMessage message) {
    List<Object> content = message.getContent(ClientEvents::bytes);
    Pattern pattern = content.size() < 2 ? null : patterns.get(Fields.textOf(content.get(1)));
    if (pattern == null) {
      return;
    }
    if (message.getType().equals("psubscribe")) {
      pattern.confirmed.complete(null);
    } else if (message.getType().equals("pmessage") && content.size() > 3) {
      DesasterEvent event = event(content.get(3));
      pattern.listeners.forEach(listener -> queue.add(listener, event));
    }
  }

  private DesasterEvent event(Object json) {
    try {
      return EventFields.readEvent(Json.read(Fields.textOf(json)));
    } catch (IOException | IllegalArgumentException e) {
      return EventQueue.lost("an event was not understood: " + e.getMessage());
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  synchronized void close() {
    if (link != null) {
      link.close();
      queue.close();
    }
  }
}
