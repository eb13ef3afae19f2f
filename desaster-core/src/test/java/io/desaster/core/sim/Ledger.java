/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import io.desaster.api.error.DesasterException;
import io.desaster.core.scheduler.Reply;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Every question asked of the daemon: each is answered once, or not at all if the daemon died. */
final class Ledger {
  private final Trace trace;
  private final Set<Ticket<?>> open = new LinkedHashSet<>();
  private long questions;
  private long answers;
  private long refusals;

  Ledger(Trace trace) {
    this.trace = trace;
  }

  /** One question. */
  final class Ticket<T> implements Reply<T> {
    private final String question;
    private final long number = questions++;
    private final Consumer<T> onAnswer;
    private final Consumer<DesasterException> onRefusal;
    private Runnable onLoss = () -> {};
    private Consumer<T> onLateAnswer = value -> {};
    private boolean answered;
    private boolean withdrawn;

    private Ticket(String question, Consumer<T> onAnswer, Consumer<DesasterException> onRefusal) {
      this.question = question;
      this.onAnswer = onAnswer;
      this.onRefusal = onRefusal;
    }

    Ticket<T> whenLost(Runnable action) {
      onLoss = action;
      return this;
    }

    /** What to do with an answer that comes although the question was withdrawn. */
    Ticket<T> whenLate(Consumer<T> action) {
      onLateAnswer = action;
      return this;
    }

    @Override
    public void answer(T value) {
      close("answered");
      answers++;
      trace.add("answer " + number + " to " + question);
      (withdrawn ? onLateAnswer : onAnswer).accept(value);
    }

    @Override
    public void refuse(DesasterException refusal) {
      close("refused");
      refusals++;
      trace.add("refusal " + number + " of " + question + ": " + refusal.getMessage());
      onRefusal.accept(refusal);
    }

    private void close(String how) {
      if (answered || !(open.remove(this) | withdrawn)) {
        throw new AssertionError(
            question + " was " + how + " although it was answered before or its daemon is dead");
      }
      answered = true;
    }

    boolean answered() {
      return answered;
    }

    @Override
    public String toString() {
      return question;
    }
  }

  <T> Ticket<T> ask(String question, Consumer<T> onAnswer, Consumer<DesasterException> onRefusal) {
    Ticket<T> ticket = new Ticket<>(question, onAnswer, onRefusal);
    open.add(ticket);
    return ticket;
  }

  /** A question whose answer is of no further interest. */
  <T> Ticket<T> ask(String question) {
    return ask(question, answer -> {}, refusal -> {});
  }

  /** Nobody waits for the answer any more; it may come once or never. */
  void withdrawn(Ticket<?> ticket) {
    ticket.withdrawn = true;
    open.remove(ticket);
  }

  /** The daemon died: nothing that is open will be answered. */
  void daemonDied() {
    List<Ticket<?>> lost = new ArrayList<>(open);
    open.clear();
    lost.forEach(ticket -> ticket.onLoss.run());
  }

  Set<Ticket<?>> open() {
    return open;
  }

  long answers() {
    return answers;
  }

  long refusals() {
    return refusals;
  }
}
