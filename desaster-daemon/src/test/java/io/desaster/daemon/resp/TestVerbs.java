/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.api.Events;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.event.DesasterEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Verbs that complete when the test says so, and a source of events. */
final class TestVerbs implements Events {
  final List<String> begun = Collections.synchronizedList(new ArrayList<>());
  final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
  final List<String> abandoned = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, CompletableFuture<String>> open = new ConcurrentHashMap<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  private record Listener(String pattern, Consumer<DesasterEvent> consumer)
      implements Subscription {
    @Override
    public void close() {}
  }

  Verbs verbs() {
    return new Verbs(
        List.of(
            Verb.of("TEST READ", "name").reads().does(this::later),
            Verb.of("TEST WRITE", "name").writes().does(this::later),
            Verb.of("TEST MANY", "word …").writes().does(call -> call.reply(Reply.OK)),
            Verb.of("TEST PUSH", "name payload")
                .writes()
                .frequent()
                .hides(3)
                .does(call -> call.reply(Reply.OK)),
            Verb.of("TEST GATHER", "value").writes().does(new Gather()),
            Verb.of("TEST TYPES", "").reads().does(call -> call.reply(Reply.of(types()))),
            Verb.of("TEST BIG", "bytes").reads().does(TestVerbs::big),
            Verb.of("TEST REFUSE", "").does(TestVerbs::refuse),
            Verb.of("TEST BUG", "").does(TestVerbs::bug)),
        () -> CompletableFuture.completedFuture(Map.of("scheduler.jobs", "7")),
        this);
  }

  private void later(Call call) {
    String name = call.args().text(2);
    begun.add(name);
    call.onClose(() -> abandoned.add(name));
    call.reply(open.computeIfAbsent(name, n -> new CompletableFuture<>()), Reply::of);
  }

  private final class Gather extends GatheringHandler<String> {
    @Override
    protected String item(Call call) {
      String value = call.args().text(2);
      if (value.isEmpty()) {
        throw new IllegalArgumentException("value must not be empty");
      }
      return value;
    }

    @Override
    protected void run(List<Call> calls, List<String> items) {
      batches.add(items.size());
      for (int i = 0; i < calls.size(); i++) {
        calls.get(i).reply(Reply.of(items.get(i)));
      }
    }
  }

  private static Map<String, Object> types() {
    Map<String, Object> types = new LinkedHashMap<>();
    types.put("text", "täxt");
    types.put("number", 7);
    types.put("double", 1.5);
    types.put("yes", true);
    types.put("nothing", null);
    types.put("list", List.of("a", 1L));
    return types;
  }

  private static void big(Call call) {
    byte[] big = new byte[Integer.parseInt(call.args().text(2))];
    call.reply(Reply.of(big));
  }

  private static void refuse(Call call) {
    throw new DesasterException(ErrorCode.FULL, "no room\r\nat all");
  }

  private static void bug(Call call) {
    throw new IllegalStateException("broken");
  }

  /** Completes what waits, or will wait, under this name. */
  void release(String name) {
    open.computeIfAbsent(name, n -> new CompletableFuture<>()).complete(name);
  }

  void publish(String topic, String subject) {
    DesasterEvent event = new DesasterEvent(topic, subject, Instant.EPOCH, Map.of());
    for (Listener listener : listeners) {
      if (topic.matches(listener.pattern.replace(".", "\\.").replace("*", ".*"))) {
        listener.consumer.accept(event);
      }
    }
  }

  @Override
  public Subscription subscribe(String pattern, Consumer<DesasterEvent> consumer) {
    Listener listener = new Listener(pattern, consumer);
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
