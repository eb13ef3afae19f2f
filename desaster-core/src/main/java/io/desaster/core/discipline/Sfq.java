/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Discipline;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;
import io.desaster.api.spi.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Stochastic fairness queueing (P. E. McKenney, "Stochastic Fairness Queueing", INFOCOM 1990;
 * tc-sfq(8)). Flows are hashed into buckets, buckets are served round robin, each for one quantum
 * of cost a round; flows that meet in a bucket share its turns first come, first served.
 *
 * <p>A new hash (every {@code perturb}) moves no job and nothing at the moment it falls due: each
 * flow goes to its new bucket as a whole when one of its jobs starts. So the order in a flow stays,
 * and no operation is longer for it. Likewise a bucket takes a new quantum over when it is served.
 */
final class Sfq implements Movable, FlowSharing {
  private static final String ROUND = "round";
  private static final String BUCKET = "bucket";
  private static final String FLOW = "flow";
  private static final int SPARE_FLOWS = 256;

  private static final KeyHeap<KeyHeap.Item>[] NO_HEADS = noHeads();

  private DisciplineSpec.Sfq parameters;
  private final Needs needs = new Needs();
  private final Needs.Met met = new Needs.Met();
  private final Round round = new Round();
  private final Flows<Flow> flows = new Flows<>();
  private final ArrayList<Flow> spares = new ArrayList<>();

  /** By number: where the bucket is among those of this table, from 1 on; 0: not yet. */
  private int[] table = {};

  /** In the order in which they were needed, for the reason that {@link Flows} has. */
  private final ArrayList<Bucket> buckets = new ArrayList<>();

  private int generation;
  private int size;

  /** In force from then until then. */
  private long hash;

  private long hashFromNanos;
  private long hashUntilNanos;

  /** Flows that share turns. */
  private static final class Bucket extends Round.Place {
    final int number;

    /** The flow, as long as it is alone: then there are no heaps. */
    Flow only;

    KeyHeap<KeyHeap.Item>[] heads = NO_HEADS;
    int flows;

    Bucket(int number) {
      this.number = number;
    }

    KeyHeap<KeyHeap.Item> heads(int need, boolean make) {
      if (need >= heads.length && make) {
        heads = Arrays.copyOf(heads, need + 1);
      }
      if (need >= heads.length) {
        return null;
      }
      if (heads[need] == null && make) {
        heads[need] = new KeyHeap<>();
      }
      return heads[need];
    }
  }

  private static final class Flow extends Flows.Flow {
    Bucket bucket;
    long hash;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static KeyHeap<KeyHeap.Item>[] noHeads() {
    return new KeyHeap[0];
  }

  Sfq(DisciplineSpec.Sfq parameters) {
    this.parameters = parameters;
  }

  @Override
  public void enqueue(QueuedJob job, long nowNanos) {
    Flow flow = flow(job.flow());
    if (flow.bucket == null) {
      place(flow, hash(nowNanos));
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

  @Override
  public boolean remove(QueuedJob job, long nowNanos) {
    Flow flow = flows.find(job.flow());
    return flow != null && take(flow, job);
  }

  private boolean take(Flow flow, QueuedJob job) {
    int need = needs.find(job.demand(), Needs.ANY_POOL);
    boolean first = need >= 0 && flow.first(need) == job;
    if (!flow.remove(need, job)) {
      return false;
    }
    size--;
    if (first) {
      renew(flow, need);
    }
    needs.leave(need);
    if (flow.size() == 0) {
      unplace(flow);
      forgetIfIdle(flow);
    }
    return true;
  }

  @Override
  public QueuedJob peek(Slot slot, long nowNanos) {
    needs.collect(slot, met);
    Round.Turn turn = round.first(met);
    if (turn == null) {
      return null;
    }
    Bucket bucket = (Bucket) turn.place();
    if (bucket.mixed() && met.count > 1) {
      QueuedJob earliest = earliest(bucket);
      if (round.fits(turn, earliest.cost())) {
        return earliest;
      }
    }
    Flow flow = flow(bucket, turn.need);
    flows.expect(flow);
    return flow.first(turn.need);
  }

  /** Whose job of this need is first; there must be one. */
  private Flow flow(Bucket bucket, int need) {
    return bucket.only != null ? bucket.only : flows.first(bucket.heads[need]);
  }

  private QueuedJob earliest(Bucket bucket) {
    QueuedJob best = null;
    for (int i = 0; i < met.count; i++) {
      if (bucket.offers(met.ids[i])) {
        QueuedJob job = flow(bucket, met.ids[i]).first(met.ids[i]);
        if (best == null
            || job.priority() < best.priority()
            || job.priority() == best.priority() && job.order() < best.order()) {
          best = job;
        }
      }
    }
    return best;
  }

  @Override
  public void started(QueuedJob job, long nowNanos) {
    Flow flow = flows.find(job.flow());
    round.served(flow.bucket, job.cost());
    flow.bucket.quantum = parameters.quantum();
    flows.started(flow);
    Bucket bucket = flow.bucket;
    boolean only = needs.limit() == 1 && flow.first(0) == job;
    take(flow, job);
    if (!only && bucket.inRound()) {
      // There are turns that the renewal of the flow's first job has not set yet.
      round.changed(bucket);
    }
    if (flow.bucket != null) {
      if (flow.hash != hash(nowNanos)) {
        unplace(flow);
        place(flow, hash(nowNanos));
      }
      if (full(flow)) {
        renewAll(flow);
      }
    }
  }

  @Override
  public void returned(QueuedJob job, long nowNanos) {
    Flow flow = flows.find(job.flow());
    if (flow != null && flow.running() > 0 && flow.bucket != null) {
      round.returned(flow.bucket, job.cost());
    }
    ended(job, 0, nowNanos);
  }

  @Override
  public void adopted(QueuedJob job, long nowNanos) {
    Flow flow = flow(job.flow());
    flows.started(flow);
    if (full(flow) && flow.bucket != null) {
      renewAll(flow);
    }
  }

  @Override
  public void ended(QueuedJob job, long ranNanos, long nowNanos) {
    Flow flow = flows.find(job.flow());
    if (flow == null || flow.running() == 0) {
      return;
    }
    boolean wasFull = full(flow);
    flows.ended(flow);
    if (wasFull && flow.bucket != null) {
      renewAll(flow);
    }
    forgetIfIdle(flow);
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
    parameters =
        new DisciplineSpec.Sfq(
            parameters.divisor(),
            parameters.quantum(),
            parameters.perturbNanos(),
            0,
            parameters.seed());
    for (Flow flow : List.copyOf(flows.busy())) {
      flows.setRunning(flow, 0);
      if (flow.bucket != null) {
        renewAll(flow);
      }
      forgetIfIdle(flow);
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
    return Remainders.form(parameters);
  }

  @Override
  public boolean mayWithhold() {
    return parameters.flowMaxRunning() > 0;
  }

  private Flow flow(String name) {
    Flow flow = flows.find(name);
    if (flow == null) {
      flow = spares.isEmpty() ? new Flow() : spares.remove(spares.size() - 1);
      flows.add(flow, name);
    }
    return flow;
  }

  private void forgetIfIdle(Flow flow) {
    if (flow.size() == 0 && flow.running() == 0) {
      flows.remove(flow);
      if (spares.size() < SPARE_FLOWS) {
        spares.add(flow);
      }
    }
  }

  /** Stands for the hash function in force; changes with it. */
  private long hash(long nowNanos) {
    if (nowNanos >= hashUntilNanos || nowNanos < hashFromNanos) {
      renewHash(nowNanos);
    }
    return hash;
  }

  private void renewHash(long nowNanos) {
    long every = parameters.perturbNanos();
    long period = every == 0 ? 0 : Math.floorDiv(nowNanos, every);
    hashFromNanos = every == 0 ? Long.MIN_VALUE : period * every;
    hashUntilNanos = every == 0 ? Long.MAX_VALUE : hashFromNanos + every;
    hash = period * 1024 + generation;
  }

  private void place(Flow flow, long hash) {
    if (table.length == 0) {
      table = new int[parameters.divisor()];
    }
    int number = number(flow.name, hash);
    if (table[number] == 0) {
      addBucket(new Bucket(number));
    }
    place(flow, buckets.get(table[number] - 1), hash);
  }

  private void addBucket(Bucket bucket) {
    buckets.add(bucket);
    table[bucket.number] = buckets.size();
  }

  /** Whether it is one of this table, not of one before. */
  private boolean current(Bucket bucket) {
    int at = bucket.number < table.length ? table[bucket.number] : 0;
    return at > 0 && buckets.get(at - 1) == bucket;
  }

  private void place(Flow flow, Bucket bucket, long hash) {
    flow.hash = hash;
    join(flow, bucket);
    if (!bucket.inRound()) {
      bucket.quantum = parameters.quantum();
      round.enter(bucket);
    }
    if (flow.size() > 0) {
      renewAll(flow);
    }
  }

  private void join(Flow flow, Bucket bucket) {
    flow.bucket = bucket;
    Flow alone = bucket.only;
    bucket.only = bucket.flows++ == 0 ? flow : null;
    if (alone != null) {
      renewAll(alone);
    }
  }

  private void unplace(Flow flow) {
    Bucket bucket = flow.bucket;
    flow.bucket = null;
    if (bucket.only == flow) {
      for (int need = 0; need < needs.limit(); need++) {
        round.withdraw(bucket, need);
      }
      bucket.only = null;
    }
    for (int need = 0; need < needs.limit(); need++) {
      KeyHeap.Item head = flow.head(need);
      if (head != null && head.inHeap()) {
        bucket.heads[need].remove(head);
        offer(bucket, need);
      }
    }
    if (--bucket.flows == 0) {
      round.leave(bucket);
      bucket.heads = NO_HEADS;
    }
  }

  /** The seed and the moment mix into every step, so that names that meet once part later. */
  private int number(String name, long hash) {
    long mixed = (parameters.seed() + 1) * 0x9E3779B97F4A7C15L ^ hash * 0xD1B54A32D192ED03L;
    for (int i = 0; i < name.length(); i++) {
      mixed = (mixed ^ name.charAt(i)) * 0xFF51AFD7ED558CCDL;
      mixed ^= mixed >>> 32;
    }
    mixed *= 0xC4CEB9FE1A85EC53L;
    return (int) Long.remainderUnsigned(mixed ^ mixed >>> 29, table.length);
  }

  private void renewAll(Flow flow) {
    for (int need = 0; need < needs.limit(); need++) {
      if (flow.first(need) != null) {
        renew(flow, need);
      }
    }
  }

  /** The flow's first job of this need changed. */
  private void renew(Flow flow, int need) {
    Bucket bucket = flow.bucket;
    QueuedJob first = full(flow) ? null : flow.first(need);
    if (bucket.only == flow) {
      if (first != null) {
        round.offer(bucket, need, first.cost());
      } else {
        round.withdraw(bucket, need);
      }
      return;
    }
    if (first != null) {
      bucket.heads(need, true).set(flow.requireHead(need), first.priority(), first.order());
    } else {
      KeyHeap.Item head = flow.head(need);
      if (head != null && head.inHeap()) {
        bucket.heads[need].remove(head);
      }
    }
    offer(bucket, need);
  }

  private void offer(Bucket bucket, int need) {
    KeyHeap<KeyHeap.Item> heads = bucket.heads(need, false);
    if (heads == null || heads.isEmpty()) {
      round.withdraw(bucket, need);
    } else {
      round.offer(bucket, need, flows.first(heads).first(need).cost());
    }
  }

  @Override
  public void readFlows(FlowReader reader) {
    for (Flow flow : flows.all()) {
      if (flow.size() > 0 || flow.running() > 0) {
        reader.flow(flow.name, flow.size(), flow.running(), 1);
      }
    }
  }

  @Override
  public boolean sharesSlotTime() {
    return false;
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
    if (!(other instanceof Sfq sfq)) {
      return false;
    }
    boolean limitChanged = parameters.flowMaxRunning() != sfq.parameters.flowMaxRunning();
    boolean hashChanged =
        parameters.divisor() != sfq.parameters.divisor()
            || parameters.seed() != sfq.parameters.seed();
    parameters = sfq.parameters;
    if (hashChanged) {
      table = new int[0];
      buckets.clear();
      generation++;
    }
    renewHash(nowNanos);
    if (limitChanged) {
      flows.busy().stream().filter(flow -> flow.bucket != null).forEach(this::renewAll);
    }
    return true;
  }

  @Override
  public Usage usage() {
    List<Usage.Account> accounts = new ArrayList<>();
    accounts.add(new Usage.Account(ROUND, "", round.round(), generation));
    Map<Bucket, Integer> positions = new HashMap<>();
    round.forEach(
        place -> {
          Bucket bucket = (Bucket) place;
          positions.put(bucket, positions.size());
          accounts.add(
              new Usage.Account(
                  BUCKET,
                  "",
                  bucket.round,
                  current(bucket) ? bucket.number : -1,
                  bucket.deficit,
                  round.inThisRound(bucket) ? 1 : 0,
                  bucket.quantum));
        });
    flows
        .sortedByName()
        .forEach(
            flow ->
                accounts.add(
                    new Usage.Account(
                        FLOW,
                        flow.name,
                        flow.bucket == null ? -1 : positions.get(flow.bucket),
                        flow.bucket == null ? 0 : flow.hash,
                        flow.running())));
    return new Usage(accounts);
  }

  @Override
  public void restore(Usage usage, Collection<? extends QueuedJob> waiting, long nowNanos) {
    List<Bucket> inRound = new ArrayList<>();
    long count = usage.accounts().stream().filter(a -> a.what().equals(BUCKET)).count();
    for (Usage.Account account : usage.accounts()) {
      if (account.what().equals(ROUND)) {
        round.restore(account.number());
        generation = (int) account.atNanos();
      } else if (account.what().equals(BUCKET)) {
        restoreBucket(account, inRound, (int) count);
      } else if (account.what().equals(FLOW)) {
        Flow flow = flow(account.name());
        flows.setRunning(flow, (int) account.values()[0]);
        if (account.number() >= 0) {
          join(flow, inRound.get((int) account.number()));
          flow.hash = account.atNanos();
        }
      }
    }
    renewHash(nowNanos);
    waiting.forEach(job -> enqueue(job, nowNanos));
    // What the usage tells of jobs that are gone.
    for (Flow flow : List.copyOf(flows.all())) {
      if (flow.size() == 0) {
        if (flow.bucket != null) {
          unplace(flow);
        }
        forgetIfIdle(flow);
      }
    }
  }

  private void restoreBucket(Usage.Account account, List<Bucket> inRound, int count) {
    int number = (int) account.atNanos();
    if (table.length == 0) {
      table = new int[parameters.divisor()];
    }
    boolean current = number >= 0 && number < table.length;
    Bucket bucket = new Bucket(current ? number : Integer.MAX_VALUE);
    if (current) {
      addBucket(bucket);
    }
    double[] values = account.values();
    // Usage written by earlier versions lacks the quantum.
    bucket.quantum = values.length > 2 ? values[2] : parameters.quantum();
    inRound.add(bucket);
    round.restore(bucket, account.values()[0], account.number(), account.values()[1] == 1, count);
  }
}
