/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Demand;
import io.desaster.api.spi.Discipline;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;
import io.desaster.api.spi.Usage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A discipline that takes the place of one of another kind, with the jobs it does not have yet: a
 * slice of them moves each time it is told to, so no step takes long.
 *
 * <p>The old one's groups move one after the other, each in its order, so of each group the target
 * has a first part and the old one the rest; {@link #moved} says of any job, also one that comes,
 * where it belongs. What the target has for a slot goes first, then comes what the old one would
 * start; a job that starts there is charged by the target. So no job overtakes another one of its
 * flow. What the target forbids a flow, the rest of that flow waits for, too.
 */
final class Moving implements Discipline {
  static final String KIND = "Moving";

  private static final String TARGET = "target";
  private static final String PRESENT = "moving";
  private static final String DONE = "moved";
  private static final String OLD = "old:";
  private static final String NEW = "new:";

  private static final Slot ANY =
      new Slot() {
        @Override
        public boolean meets(Demand demand) {
          return true;
        }
      };

  private final Movable old;
  private final Discipline target;

  /** Groups that moved as a whole. */
  private final Set<String> done = new HashSet<>();

  /** The group under way, or null, and the place of the last of its jobs that moved. */
  private String present;

  private int cutPriority;
  private long cutDeadline;
  private long cutOrder;

  /** A move that begins. */
  Moving(Movable old, Discipline target, long nowNanos) {
    this.old = old;
    this.target = target;
    old.retire(nowNanos);
  }

  /** A move as it was. */
  private Moving(Movable old, Discipline target) {
    this.old = old;
    this.target = target;
  }

  Discipline target() {
    return target;
  }

  /** Whether one of the two orders by deadline. */
  boolean byDeadline() {
    return old.byDeadline() || target instanceof Edf;
  }

  boolean over() {
    return old.size() == 0;
  }

  /** Moves up to so many jobs. */
  void slice(int jobs, long nowNanos) {
    for (int i = 0; i < jobs && old.size() > 0; i++) {
      QueuedJob next = present == null ? null : old.first(present);
      if (next == null) {
        if (present != null) {
          done.add(present);
        }
        present = old.group(old.peek(ANY, nowNanos));
        next = old.first(present);
      }
      cutPriority = next.priority();
      cutDeadline = next.deadlineAtNanos();
      cutOrder = next.order();
      old.remove(next, nowNanos);
      target.enqueue(next, nowNanos);
    }
  }

  /** Whether the target is where the job belongs. */
  private boolean moved(QueuedJob job) {
    String group = old.group(job);
    if (!group.equals(present)) {
      return done.contains(group);
    }
    if (job.priority() != cutPriority) {
      return job.priority() < cutPriority;
    }
    if (old.byDeadline() && job.deadlineAtNanos() != cutDeadline) {
      return job.deadlineAtNanos() < cutDeadline;
    }
    return job.order() <= cutOrder;
  }

  private Discipline placeOf(QueuedJob job) {
    return moved(job) ? target : old;
  }

  @Override
  public void enqueue(QueuedJob job, long nowNanos) {
    placeOf(job).enqueue(job, nowNanos);
  }

  @Override
  public boolean remove(QueuedJob job, long nowNanos) {
    return placeOf(job).remove(job, nowNanos);
  }

  @Override
  public QueuedJob peek(Slot slot, long nowNanos) {
    QueuedJob job = target.peek(slot, nowNanos);
    if (job == null && old.size() > 0) {
      job = old.peek(slot, nowNanos);
      if (job != null && target instanceof FlowSharing flows && flows.full(job.flow())) {
        return null;
      }
    }
    return job;
  }

  @Override
  public void started(QueuedJob job, long nowNanos) {
    if (!moved(job)) {
      old.remove(job, nowNanos);
      target.enqueue(job, nowNanos);
    }
    target.started(job, nowNanos);
  }

  @Override
  public void ended(QueuedJob job, long ranNanos, long nowNanos) {
    target.ended(job, ranNanos, nowNanos);
  }

  @Override
  public void returned(QueuedJob job, long nowNanos) {
    target.returned(job, nowNanos);
  }

  @Override
  public void adopted(QueuedJob job, long nowNanos) {
    target.adopted(job, nowNanos);
  }

  @Override
  public long nextWakeupNanos(long nowNanos) {
    return target.nextWakeupNanos(nowNanos);
  }

  @Override
  public boolean mayWithhold() {
    return target.mayWithhold();
  }

  @Override
  public int size() {
    return old.size() + target.size();
  }

  @Override
  public void forEach(Consumer<QueuedJob> action) {
    List<QueuedJob> all = new ArrayList<>(size());
    target.forEach(all::add);
    old.forEach(all::add);
    Comparator<QueuedJob> order = Comparator.comparingInt(QueuedJob::priority);
    if (target instanceof Edf) {
      order = order.thenComparingLong(QueuedJob::deadlineAtNanos);
    }
    all.sort(order.thenComparingLong(QueuedJob::order));
    all.forEach(action);
  }

  @Override
  public boolean change(Discipline other, long nowNanos) {
    return target.change(other, nowNanos);
  }

  @Override
  public Usage usage() {
    List<Usage.Account> accounts = new ArrayList<>();
    accounts.add(new Usage.Account(TARGET, target.getClass().getSimpleName(), 0, 0));
    accounts.add(old.form());
    if (present != null) {
      accounts.add(new Usage.Account(PRESENT, present, cutOrder, cutDeadline, cutPriority));
    }
    done.stream().sorted().forEach(group -> accounts.add(new Usage.Account(DONE, group, 0, 0)));
    add(OLD, old.usage(), accounts);
    add(NEW, target.usage(), accounts);
    return new Usage(accounts);
  }

  private static void add(String prefix, Usage usage, List<Usage.Account> into) {
    for (Usage.Account one : usage.accounts()) {
      String what = (prefix + one.what()).intern();
      into.add(new Usage.Account(what, one.name(), one.number(), one.atNanos(), one.values()));
    }
  }

  private static Usage part(String prefix, Usage usage) {
    return new Usage(
        usage.accounts().stream()
            .filter(one -> one.what().startsWith(prefix))
            .map(
                one ->
                    new Usage.Account(
                        one.what().substring(prefix.length()),
                        one.name(),
                        one.number(),
                        one.atNanos(),
                        one.values()))
            .toList());
  }

  /**
   * A move as it was.
   *
   * @param target of the parameters in force, empty
   * @param waiting jobs of both, each in their order
   * @return null if the usage is that of a move to another kind
   */
  static Moving restore(
      Discipline target, Usage usage, Collection<? extends QueuedJob> waiting, long nowNanos) {
    Moving moving = null;
    for (Usage.Account account : usage.accounts()) {
      switch (account.what()) {
        case TARGET -> {
          if (!account.name().equals(target.getClass().getSimpleName())) {
            return null;
          }
        }
        case Remainders.WHAT -> moving = new Moving(Remainders.make(account), target);
        case PRESENT -> moving.setPresent(account);
        case DONE -> moving.done.add(account.name());
        default -> {}
      }
    }
    List<QueuedJob> rest = new ArrayList<>();
    List<QueuedJob> gone = new ArrayList<>();
    for (QueuedJob job : waiting) {
      (moving.moved(job) ? gone : rest).add(job);
    }
    moving.old.restore(part(OLD, usage), rest, nowNanos);
    target.restore(part(NEW, usage), gone, nowNanos);
    return moving;
  }

  private void setPresent(Usage.Account account) {
    present = account.name();
    cutOrder = account.number();
    cutDeadline = account.atNanos();
    cutPriority = (int) account.values()[0];
  }
}
