/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Something asked of the daemon, for as long as it takes to get an answer. All but {@link #answer}
 * is only touched on the client's loop once it was given to a {@link Link}.
 */
final class Request<T> {
  /** What may be done when it is not known whether it happened. */
  enum Again {
    /** Ask again: nothing is changed by it. */
    READ,
    /** Ask again: twice is as good as once. */
    SAFE,
    /** Say UNKNOWN. */
    NEVER
  }

  final CommandWriter command;
  final Again again;
  final Function<Object, T> form;
  final CompletableFuture<T> answer = new CompletableFuture<>();

  /** When it is given up, by {@link System#nanoTime}. */
  final long deadlineNanos;

  /** How long one try may take before its connection counts as dead. */
  final long tryNanos;

  /** To be given up as soon as each host was tried. */
  boolean onlyIfUp;

  /** How often it was put on a connection. */
  int tries;

  /** How often it was answered that it cannot be done now. */
  int refusals;

  /**
   * @param form makes the answer of the reply's value
   */
  Request(
      CommandWriter command,
      Again again,
      long deadlineNanos,
      long tryNanos,
      Function<Object, T> form) {
    this.command = command;
    this.again = again;
    this.deadlineNanos = deadlineNanos;
    this.tryNanos = tryNanos;
    this.form = form;
  }

  /** Whether it can be said that nothing was changed. */
  boolean harmless() {
    return tries == 0 || again == Again.READ;
  }

  String what() {
    return command.what();
  }

  void fail(ErrorCode code, String why) {
    answer.completeExceptionally(new DesasterException(code, command.what() + ": " + why));
  }

  void succeed(Object value) {
    T formed;
    try {
      formed = form.apply(value);
    } catch (RuntimeException e) {
      answer.completeExceptionally(
          new DesasterException(
              ErrorCode.ERR,
              command.what() + " was answered in a form that is not understood: " + e.getMessage(),
              e));
      return;
    }
    answer.complete(formed);
  }
}
