/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Discipline;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;
import io.desaster.api.spi.Usage;
import io.desaster.core.state.LongMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Start-time fair queueing over exact flows (P. Goyal, H. M. Vin, H. Cheng, "Start-time Fair
 * Queueing", SIGCOMM 1996). Each flow has a tag: the virtual time at which its next job starts. The
 * least tag is served, virtual time is the tag served last, and a start moves the tag on by cost
 * over weight. A flow that comes back starts at the present virtual time if its own tag is behind
 * it: what it did not use is not saved; what it used too much is not forgotten.
 *
 * <p>With {@code charge: run} the cost is slot time that nobody knows yet: {@link RunCharge} says
 * what is charged when. Where too much was charged and is given back, virtual time that went ahead
 * on its account goes back with it.
 */
final class Wfq implements Movable, FlowSharing {
  private static final String CLOCK = "clock";
  private static final String FLOW = "flow";
  private static final String RUNNING = "running";

  /** Of more flows than these the debts that are nearest to being paid are forgiven. */
  private static final int RESTING_MAX = 10_000;

  private DisciplineSpec.Wfq parameters;
  private final Needs needs = new Needs();
  private final Needs.Met met = new Needs.Met();
  private final Flows<Flow> flows = new Flows<>();
  private LongMap<Charge> charges = new LongMap<>();
  private final KeyHeap<Charge> steps = new KeyHeap<>();

  /** Flows without jobs whose tag is ahead of virtual time. */
  private final KeyHeap<Rest> resting = new KeyHeap<>();

  private KeyHeap<KeyHeap.Item>[] heads = heads(1);
  private double virtualTime;
  private int running;
  private int size;

  private static final class Flow extends Flows.Flow {
    double weight;
    double tag;
    long guessNanos;
    Rest rest;
  }

  /** A flow's place among those without jobs. */
  private static final class Rest extends KeyHeap.Item {
    final Flow flow;

    Rest(Flow flow) {
      this.flow = flow;
    }
  }

  /** What a running job was charged so far. */
  private static final class Charge extends KeyHeap.Item {
    final Flow flow;
    final RunCharge run;

    /** By which the last of it was charged, and is given back. */
    double weight;

    Charge(Flow flow, RunCharge run, double weight) {
      this.flow = flow;
      this.run = run;
      this.weight = weight;
    }
  }

  Wfq(DisciplineSpec.Wfq parameters) {
    this.parameters = parameters;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static KeyHeap<KeyHeap.Item>[] heads(int number) {
    return new KeyHeap[number];
  }

  @Override
  public void enqueue(QueuedJob job, long nowNanos) {
    advance(nowNanos);
    Flow flow = flow(job.flow());
    if (flow.size() == 0) {
      wake(flow);
      flow.tag = Math.max(flow.tag, virtualTime);
    }
    add(flow, job);
  }

  private void add(Flow flow, QueuedJob job) {
    int need = needs.enter(job.demand(), Needs.ANY_POOL);
    flow.add(need, job);
    size++;
    if (flow.first(need) == job) {
      renew(flow, need);
    }
  }

  private Flow flow(String name) {
    Flow flow = flows.find(name);
    if (flow == null) {
      flow = new Flow();
      flows.add(flow, name);
      flow.weight = parameters.weight(name);
      flow.tag = virtualTime;
      flow.guessNanos = parameters.estimateNanos();
    }
    return flow;
  }

  @Override
  public boolean remove(QueuedJob job, long nowNanos) {
    advance(nowNanos);
    Flow flow = flows.find(job.flow());
    if (flow == null || !take(flow, job)) {
      return false;
    }
    restIfEmpty(flow);
    return true;
  }

  private boolean take(Flow flow, QueuedJob job) {
    int need = needs.find(job.demand(), Needs.ANY_POOL);
    if (!flow.remove(need, job)) {
      return false;
    }
    size--;
    renew(flow, need);
    needs.leave(need);
    return true;
  }

  @Override
  public QueuedJob peek(Slot slot, long nowNanos) {
    advance(nowNanos);
    needs.collect(slot, met);
    KeyHeap<KeyHeap.Item> best = null;
    for (int i = 0; i < met.count; i++) {
      KeyHeap<KeyHeap.Item> heap = met.ids[i] < heads.length ? heads[met.ids[i]] : null;
      if (heap != null && !heap.isEmpty() && (best == null || heap.before(best))) {
        best = heap;
      }
    }
    if (best == null) {
      return null;
    }
    Flow flow = flows.first(best);
    flows.expect(flow);
    return flow.first(met);
  }

  @Override
  public void started(QueuedJob job, long nowNanos) {
    advance(nowNanos);
    Flow flow = flows.find(job.flow());
    setVirtualTime(Math.max(virtualTime, flow.tag));
    flows.started(flow);
    running++;
    flow.tag += parameters.chargeRun() ? charge(flow, job, nowNanos) : job.cost() / flow.weight;
    take(flow, job);
    if (needs.limit() > 1) {
      renewAll(flow);
    }
    restIfEmpty(flow);
  }

  /** What the job is charged for the slot time that it is going to use, as virtual time. */
  private double charge(Flow flow, QueuedJob job, long nowNanos) {
    RunCharge run = new RunCharge(job, flow.guessNanos, nowNanos);
    Charge charge = new Charge(flow, run, flow.weight);
    charges.put(job.order(), charge);
    steps.set(charge, run.nextNanos(), job.order());
    return run.seconds() / flow.weight;
  }

  @Override
  public void adopted(QueuedJob job, long nowNanos) {
    advance(nowNanos);
    Flow flow = flow(job.flow());
    if (flow.size() == 0) {
      wake(flow);
      flow.tag = Math.max(flow.tag, virtualTime);
    }
    flows.started(flow);
    running++;
    if (parameters.chargeRun()) {
      flow.tag += charge(flow, job, nowNanos);
    }
    renewAll(flow);
  }

  @Override
  public void ended(QueuedJob job, long ranNanos, long nowNanos) {
    advance(nowNanos);
    Charge charge = charges.remove(job.order());
    Flow flow = runs(job, charge);
    if (flow == null) {
      return;
    }
    if (charge != null) {
      steps.remove(charge);
      flow.guessNanos = RunCharge.learn(flow.guessNanos, charge.run.ranNanos(nowNanos));
      over(flow, charge.run.settle(nowNanos) / charge.weight);
    } else {
      over(flow, 0);
    }
  }

  @Override
  public void returned(QueuedJob job, long nowNanos) {
    advance(nowNanos);
    Charge charge = charges.remove(job.order());
    Flow flow = runs(job, charge);
    if (flow == null) {
      return;
    }
    if (charge != null) {
      steps.remove(charge);
    }
    over(flow, charge == null ? -job.cost() / flow.weight : -charge.run.seconds() / charge.weight);
  }

  /**
   * The flow of a running job; null if its start was not charged here: it was moved here while it
   * ran, or started before another discipline was replaced.
   */
  private Flow runs(QueuedJob job, Charge charge) {
    Flow flow = charge == null ? flows.find(job.flow()) : charge.flow;
    boolean foreign = parameters.chargeRun() && charge == null;
    return foreign || flow == null || flow.running() == 0 ? null : flow;
  }

  /** One job less runs, and the tag moves. */
  private void over(Flow flow, double by) {
    flows.ended(flow);
    running--;
    if (by != 0) {
      move(flow, by);
    } else if (mayWithhold()) {
      renewAll(flow);
    }
    restIfEmpty(flow);
  }

  /** Charges what running jobs have used beyond what was thought, each step at its own time. */
  private void advance(long nowNanos) {
    while (!steps.isEmpty() && steps.minFirst() <= nowNanos) {
      Charge charge = steps.min();
      charge.weight = charge.flow.weight;
      move(charge.flow, charge.run.step() / charge.weight);
      steps.set(charge, charge.run.nextNanos(), charge.run.order());
    }
  }

  /** A charge that falls due may change whose turn it is, which classes above may go by. */
  @Override
  public long nextWakeupNanos(long nowNanos) {
    advance(nowNanos);
    return size == 0 || steps.isEmpty() ? NO_WAKEUP : steps.minFirst();
  }

  private void move(Flow flow, double by) {
    flow.tag += by;
    if (by < 0 && flow.tag < virtualTime) {
      virtualTime = Math.max(flow.tag, virtualTime + by);
    }
    renewAll(flow);
  }

  private void rest(Flow flow) {
    if (flow.rest == null) {
      flow.rest = new Rest(flow);
    }
    resting.set(flow.rest, KeyHeap.sortable(flow.tag), 0);
    if (resting.size() > RESTING_MAX) {
      Flow forgiven = resting.min().flow;
      wake(forgiven);
      flows.remove(forgiven);
    }
  }

  private void wake(Flow flow) {
    if (flow.rest != null) {
      resting.remove(flow.rest);
      flow.rest = null;
    }
  }

  private void setVirtualTime(double time) {
    virtualTime = time;
    long now = KeyHeap.sortable(time);
    while (!resting.isEmpty() && resting.minFirst() <= now) {
      Flow flow = resting.min().flow;
      wake(flow);
      if (flow.running() == 0) {
        flows.remove(flow);
      }
    }
  }

  private void restIfEmpty(Flow flow) {
    if (flow.size() > 0 || flow.running() > 0) {
      return;
    }
    if (size == 0 && running == 0) {
      // The end of a busy period: nobody owes anybody anything.
      flows.all().forEach(this::wake);
      flows.clear();
      virtualTime = 0;
    } else if (flow.tag <= virtualTime) {
      wake(flow);
      flows.remove(flow);
    } else {
      rest(flow);
    }
  }

  private boolean full(Flow flow) {
    int max = parameters.flowMaxRunning();
    return max > 0 && flow.running() >= max;
  }

  @Override
  public boolean full(String flow) {
    Flow found = flows.find(flow);
    return found != null && full(found);
  }

  @Override
  public void retire(long nowNanos) {
    advance(nowNanos);
    parameters = new DisciplineSpec.Wfq(Map.of(), false, 0, 0);
    steps.clear();
    charges = new LongMap<>();
    running = 0;
    for (Flow flow : List.copyOf(flows.busy())) {
      flows.setRunning(flow, 0);
      renewAll(flow);
      restIfEmpty(flow);
    }
  }

  @Override
  public String group(QueuedJob job) {
    return job.flow();
  }

  @Override
  public QueuedJob first(String group) {
    needs.all(met);
    return flows.first(group, met);
  }

  @Override
  public Usage.Account form() {
    return Remainders.form("wfq");
  }

  @Override
  public boolean mayWithhold() {
    return parameters.flowMaxRunning() > 0;
  }

  private void renewAll(Flow flow) {
    if (flow.size() > 0) {
      for (int need = 0; need < needs.limit(); need++) {
        renew(flow, need);
      }
    }
  }

  /** The flow's tag, or its first job of this need, changed. */
  private void renew(Flow flow, int need) {
    QueuedJob first = full(flow) ? null : flow.first(need);
    if (first == null) {
      KeyHeap.Item head = flow.head(need);
      if (head != null && need < heads.length && heads[need] != null) {
        heads[need].remove(head);
      }
      return;
    }
    if (need >= heads.length) {
      heads = Arrays.copyOf(heads, need + 1);
    }
    if (heads[need] == null) {
      heads[need] = new KeyHeap<>();
    }
    heads[need].set(flow.requireHead(need), KeyHeap.sortable(flow.tag), first.order());
  }

  @Override
  public void readFlows(FlowReader reader) {
    for (Flow flow : flows.all()) {
      if (flow.size() > 0 || flow.running() > 0) {
        reader.flow(flow.name, flow.size(), flow.running(), flow.weight);
      }
    }
  }

  @Override
  public boolean sharesSlotTime() {
    return parameters.chargeRun();
  }

  @Override
  public int flowMaxRunning() {
    return parameters.flowMaxRunning();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void forEach(Consumer<QueuedJob> action) {
    List<QueuedJob> all = new ArrayList<>(size);
    flows.all().forEach(flow -> flow.forEach(all::add));
    all.sort(Comparator.comparingInt(QueuedJob::priority).thenComparingLong(QueuedJob::order));
    all.forEach(action);
  }

  @Override
  public boolean change(Discipline other, long nowNanos) {
    if (!(other instanceof Wfq wfq) || wfq.parameters.chargeRun() != parameters.chargeRun()) {
      return false;
    }
    // What was due before is charged by the weights of before.
    advance(nowNanos);
    DisciplineSpec.Wfq before = parameters;
    parameters = wfq.parameters;
    before.weights().keySet().forEach(this::reweigh);
    parameters.weights().keySet().forEach(this::reweigh);
    if (before.flowMaxRunning() != parameters.flowMaxRunning()) {
      flows.busy().forEach(this::renewAll);
    }
    return true;
  }

  private void reweigh(String name) {
    Flow flow = flows.find(name);
    if (flow != null) {
      flow.weight = parameters.weight(name);
    }
  }

  @Override
  public Usage usage() {
    List<Usage.Account> accounts = new ArrayList<>();
    accounts.add(new Usage.Account(CLOCK, "", 0, 0, virtualTime));
    flows
        .sortedByName()
        .forEach(
            flow ->
                accounts.add(
                    new Usage.Account(FLOW, flow.name, flow.running(), flow.guessNanos, flow.tag)));
    charges.forEach(
        charge -> accounts.add(charge.run.account(RUNNING, charge.flow.name, charge.weight)));
    return new Usage(accounts);
  }

  @Override
  public void restore(Usage usage, Collection<? extends QueuedJob> waiting, long nowNanos) {
    for (Usage.Account account : usage.accounts()) {
      switch (account.what()) {
        case CLOCK -> virtualTime = account.values()[0];
        case FLOW -> {
          Flow flow = flow(account.name());
          flows.setRunning(flow, (int) account.number());
          flow.tag = account.values()[0];
          flow.guessNanos = account.atNanos();
          running += flow.running();
        }
        case RUNNING -> {
          Flow flow = flow(account.name());
          // Usage written by earlier versions lacks the weight.
          double weight = account.values().length > 1 ? account.values()[1] : flow.weight;
          Charge charge = new Charge(flow, RunCharge.of(account), weight);
          charges.put(account.number(), charge);
          steps.set(charge, charge.run.nextNanos(), account.number());
        }
        default -> throw new IllegalArgumentException("wfq has no account " + account);
      }
    }
    // A flow that had a backlog keeps its tag, even one behind virtual time.
    waiting.forEach(job -> add(flow(job.flow()), job));
    advance(nowNanos);
    List.copyOf(flows.all()).forEach(this::restIfEmpty);
  }
}
