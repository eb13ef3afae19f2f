/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Links for requests that are answered late. Replies come in order, so each has a link of its own
 * while it waits; a few idle links are kept. When all are in use the next requests stand in line.
 */
final class SideLinks {
  private static final int LINKS_MAX = 64;
  private static final int IDLE_MAX = 4;

  private final Supplier<Asking> newLink;
  private final Deque<Asking> idle = new ArrayDeque<>();
  private final Set<Asking> used = new HashSet<>();
  private final Queue<Runnable> line = new ArrayDeque<>();
  private boolean closed;

  SideLinks(Supplier<Asking> newLink) {
    this.newLink = newLink;
  }

  /** Gives a link to {@code ask} until what it asked for is answered. */
  <T> CompletableFuture<T> use(Function<Asking, CompletableFuture<T>> ask) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Asking link;
    synchronized (this) {
      link = idle.poll();
      if (link == null && used.size() < LINKS_MAX) {
        link = newLink.get();
      }
      if (link == null) {
        line.add(() -> use(ask).whenComplete((got, failure) -> pass(got, failure, answer)));
        return answer;
      }
      used.add(link);
    }
    run(link, ask, answer);
    return answer;
  }

  private <T> void run(
      Asking link, Function<Asking, CompletableFuture<T>> ask, CompletableFuture<T> answer) {
    ask.apply(link)
        .whenComplete(
            (got, failure) -> {
              giveBack(link);
              pass(got, failure, answer);
            });
  }

  private static <T> void pass(T got, Throwable failure, CompletableFuture<T> to) {
    if (failure == null) {
      to.complete(got);
    } else {
      to.completeExceptionally(Failures.of(failure));
    }
  }

  private void giveBack(Asking link) {
    Runnable next;
    synchronized (this) {
      used.remove(link);
      if (closed || idle.size() >= IDLE_MAX) {
        link.link().close();
      } else {
        idle.push(link);
      }
      next = line.poll();
    }
    if (next != null) {
      next.run();
    }
  }

  synchronized void close() {
    closed = true;
    idle.forEach(link -> link.link().close());
    used.forEach(link -> link.link().close());
    idle.clear();
  }
}
