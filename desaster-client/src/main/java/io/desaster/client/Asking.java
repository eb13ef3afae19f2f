/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.client.Request.Again;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Puts requests on a link, each with the patience that suits it. */
final class Asking {
  private final Link link;
  private final long answerNanos;
  private final long retryNanos;

  Asking(Link link, ClientSettings settings) {
    this.link = link;
    this.answerNanos = settings.answerTimeout().toNanos();
    this.retryNanos = settings.retryFor().toNanos();
  }

  Link link() {
    return link;
  }

  /** Asks for something that changes nothing. */
  <T> CompletableFuture<T> read(CommandWriter command, Function<Object, T> form) {
    return ask(command, Again.READ, answerNanos, answerNanos, form);
  }

  /** Asks for something, if there is a host that can be asked now. */
  <T> CompletableFuture<T> ifUp(CommandWriter command, Function<Object, T> form) {
    Request<T> request = request(command, Again.READ, answerNanos, answerNanos, form);
    request.onlyIfUp = true;
    return link.send(request).answer;
  }

  /** Asks for a change that may be asked for twice. */
  <T> CompletableFuture<T> repeatable(CommandWriter command, Function<Object, T> form) {
    return ask(command, Again.SAFE, retryNanos, answerNanos, form);
  }

  /** Asks for a change that must not be asked for twice. */
  <T> CompletableFuture<T> once(CommandWriter command, Function<Object, T> form) {
    return ask(command, Again.NEVER, answerNanos, answerNanos, form);
  }

  /** Asks for something that is answered after {@code patience} at the latest. */
  <T> CompletableFuture<T> waiting(
      CommandWriter command, Again again, Duration patience, Function<Object, T> form) {
    long nanos = patience.toNanos() + answerNanos;
    return ask(command, again, nanos, nanos, form);
  }

  private <T> CompletableFuture<T> ask(
      CommandWriter command,
      Again again,
      long totalNanos,
      long tryNanos,
      Function<Object, T> form) {
    return link.send(request(command, again, totalNanos, tryNanos, form)).answer;
  }

  private static <T> Request<T> request(
      CommandWriter command,
      Again again,
      long totalNanos,
      long tryNanos,
      Function<Object, T> form) {
    return new Request<>(command, again, System.nanoTime() + totalNanos, tryNanos, form);
  }
}
