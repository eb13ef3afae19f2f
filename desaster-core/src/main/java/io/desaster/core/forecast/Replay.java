/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.api.job.JobState;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;
import io.desaster.core.discipline.ClassTree;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.discipline.Leaf;
import io.desaster.core.scheduler.ConcurrencyLimits;
import io.desaster.core.scheduler.Dependencies;
import io.desaster.core.scheduler.Placement;
import io.desaster.core.scheduler.Pool;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.LongMap;
import io.desaster.core.state.Moments;
import io.desaster.core.state.QueueRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * One possible future of a {@link Picture}, in virtual time: the real disciplines share the slots,
 * run times and arrivals are drawn. At each instant, as in the scheduler, jobs end, others come,
 * and then free slots are filled.
 */
final class Replay {
  /** Start or end of a job that has none within the future looked at. */
  static final int NEVER = Integer.MAX_VALUE;

  /** Start or end that depends on a job of which nobody knows how long it runs. */
  static final int UNKNOWN = -1;

  private static final int COMERS_MIN = 64;
  private static final int HAPPENINGS_PER_START = 4;
  private static final int HAPPENINGS_MIN = 1000;
  private static final Slot ANY = demand -> true;

  private final Picture picture;
  private final RunTimes runTimes;
  private final SplittableRandom random;
  private final ClassTree tree;
  private final LongMap<Place> places = new LongMap<>();
  private final List<Pool> pools = new ArrayList<>();
  private final ConcurrencyLimits limits = new ConcurrencyLimits();
  private final PriorityQueue<Due> dues = new PriorityQueue<>();
  private final ClassTree.Proposal proposal = new ClassTree.Proposal();
  private final List<Pool> exhausted = new ArrayList<>();
  private final Watcher watcher;

  /** In one queue. */
  private final int comersMax;

  private long nowMillis;
  private long dueCount;
  private long nextOrder;
  private long unknownFromMillis = Long.MAX_VALUE;
  private int starts;
  private long reachedMillis;
  private int left;
  private int happened;

  /** For how many jobs each of the picture's waits; null: none does. */
  private final int[] waitsFor;

  /** Is told of starts. Times are milliseconds from the beginning; {@link #UNKNOWN}. */
  interface Watcher {
    /** The job at this place of the picture starts; at -1: one that was expected to come. */
    void started(int index, QueueRecord queue, long waitMillis, int start, int end);

    /** The end of a job that ran at the beginning. */
    void ends(int runningIndex, int end);
  }

  /**
   * A queue, where it is in the tree, and what comes into it. Of what comes no more than {@link
   * #comersMax} wait in the tree at any time: the others are only counted, and come into the tree
   * as soon as there is room. Otherwise a queue that is paused, or whose jobs nobody can run, would
   * fill the heap with jobs that nobody has submitted yet.
   */
  private final class Place extends Due {
    final Picture.Queue queue;
    final Leaf leaf;
    final Arrivals.Expected expected;

    /** Not looked at yet. */
    long span;

    /** Those that came, or will come in a span looked at, and have not started. */
    int comers;

    /** More of them that are not in the tree; while there are any, spans are looked at late. */
    long heldBack;

    Place(Picture.Queue queue) {
      this.queue = queue;
      this.expected = queue.expected().resample(random);
      this.leaf = tree.leaf(queue.record().name());
    }

    @Override
    void happen() {
      // What comes in this span, each at a time of its own.
      int count = expected.count(random);
      int room = Math.min(count, comersMax - comers);
      for (int i = room; i > 0; i--) {
        long at = spanStart(span) + random.nextLong(Arrivals.BIN_MILLIS);
        add(new Arrival(this), Math.max(at, nowMillis), ARRIVAL);
      }
      comers += room;
      heldBack += count - room;
      span++;
      skip();
      if (heldBack == 0) {
        plan();
      }
    }

    /** To the next span in which some come. */
    void skip() {
      span += expected.spansUntilNext(random);
    }

    void plan() {
      add(this, Math.max(nowMillis, spanStart(span)), SPAN);
    }

    /** One of those that came has started. */
    void comerStarted() {
      comers--;
      if (heldBack > 0 && comers <= comersMax / 2) {
        countHeldBack(nowMillis);
        int room = (int) Math.min(heldBack, comersMax - comers);
        for (int i = room; i > 0; i--) {
          add(new Arrival(this), nowMillis, ARRIVAL);
        }
        comers += room;
        heldBack -= room;
        if (heldBack == 0) {
          plan();
        }
      }
    }

    /** How many are not in the tree at this time, with all spans up to it. */
    long countHeldBack(long atMillis) {
      while (heldBack > 0 && spanStart(span) <= atMillis) {
        heldBack += expected.count(random);
        span++;
        skip();
      }
      return heldBack;
    }

    private long spanStart(long number) {
      return picture.nowMillis() + number * Arrivals.BIN_MILLIS;
    }
  }

  // What is due at the same time happens in this order.
  private static final int END = 0;
  private static final int OPEN = 1;
  private static final int SPAN = 2;
  private static final int ARRIVAL = 3;

  /** Something that happens at a time. */
  private abstract static class Due implements Comparable<Due> {
    private long atMillis;
    private long number;

    abstract void happen();

    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(atMillis, other.atMillis);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  private final class End extends Due {
    final Leaf leaf;
    final QueuedJob job;
    final String limit;
    final Pool pool;
    final long startedMillis;

    End(Leaf leaf, QueuedJob job, String limit, Pool pool, long startedMillis) {
      this.leaf = leaf;
      this.job = job;
      this.limit = limit;
      this.pool = pool;
      this.startedMillis = startedMillis;
    }

    @Override
    void happen() {
      limits.give(limit);
      if (leaf != null) {
        pool.give();
        long ran = Moments.nanos(nowMillis - startedMillis);
        tree.ended(leaf, job, ran, Moments.nanos(nowMillis));
        if (job instanceof JobRecord ofPicture) {
          release(ofPicture);
        } else if (((StandIn) job).index() >= 0) {
          release(((StandIn) job).record());
        }
      }
    }
  }

  private final class Arrival extends Due {
    final Place place;
    final JobRecord job;
    final int source;

    /** Place in the picture, or -1. */
    final int index;

    Arrival(Place place) {
      this.place = place;
      int which = random.nextInt(place.queue.expected().templates().length);
      job = place.queue.expected().templates()[which];
      source = place.queue.sources()[which];
      index = -1;
    }

    Arrival(Place place, int index) {
      this.place = place;
      this.job = picture.jobs()[index];
      this.source = picture.sources()[index];
      this.index = index;
    }

    @Override
    void happen() {
      StandIn standIn = new StandIn(job, nextOrder++, nowMillis, source, index);
      tree.enqueue(place.leaf, standIn, Moments.nanos(nowMillis));
    }
  }

  private final class Resume extends Due {
    final Leaf leaf;

    Resume(Leaf leaf) {
      this.leaf = leaf;
    }

    @Override
    void happen() {
      tree.setPaused(leaf, false);
    }
  }

  /**
   * A future at its beginning.
   *
   * @param included which of the picture's jobs take part; null: all
   * @param comersMax of the jobs that are expected to come, so many at most are in the tree at once
   */
  Replay(
      Picture picture,
      Disciplines disciplines,
      boolean[] included,
      int comersMax,
      SplittableRandom random,
      Watcher watcher) {
    this.picture = picture;
    this.random = random;
    this.watcher = watcher;
    this.comersMax = Math.max(COMERS_MIN, comersMax / Math.max(1, picture.queues().size()));
    this.runTimes = new RunTimes(picture.histories(), random);
    this.waitsFor = picture.lineage().waitsFor();
    this.nowMillis = picture.nowMillis();
    this.nextOrder = picture.nextOrder();
    this.tree =
        new ClassTree(
            disciplines,
            picture.spec(),
            picture.usage(),
            waiting(included),
            Moments.nanos(nowMillis));
    if (picture.next() != null) {
      tree.apply(picture.next(), picture.nextHome(), Moments.nanos(nowMillis));
    }
    tree.moveAll(Moments.nanos(nowMillis));
    for (Picture.Pool pool : picture.pools()) {
      Pool copy = new Pool(picture.kind(), pool.node(), List.copyOf(pool.labels()), limits);
      copy.setOnlyQueues(pool.onlyQueues());
      copy.setSlots(pool.slots());
      pools.add(copy);
    }
    for (Picture.Queue queue : picture.queues()) {
      open(queue);
    }
    plan(included);
    run();
  }

  private Map<String, Collection<JobRecord>> waiting(boolean[] included) {
    Map<Integer, Collection<JobRecord>> byId = new HashMap<>();
    Map<String, Collection<JobRecord>> byName = new HashMap<>();
    for (Picture.Queue queue : picture.queues()) {
      Collection<JobRecord> jobs = new ArrayList<>();
      byId.put(queue.id(), jobs);
      byName.put(queue.record().name(), jobs);
    }
    JobRecord[] jobs = picture.jobs();
    for (int i = 0; i < jobs.length; i++) {
      if ((included == null || included[i]) && jobs[i].state() == JobState.QUEUED) {
        byId.get(jobs[i].queueId()).add(jobs[i]);
        left++;
      }
    }
    return byName;
  }

  private void open(Picture.Queue queue) {
    Place place = new Place(queue);
    places.put(queue.id(), place);
    tree.setAttachments(place.leaf, queue.record().settings().attach());
    if (queue.record().pause() != null) {
      tree.setPaused(place.leaf, true);
      queue
          .record()
          .pause()
          .until()
          .ifPresent(until -> add(new Resume(place.leaf), until.toEpochMilli(), OPEN));
    }
    if (!place.expected.none()) {
      place.skip();
      place.plan();
    }
  }

  private void plan(boolean[] included) {
    JobRecord[] jobs = picture.jobs();
    for (int i = 0; i < jobs.length; i++) {
      boolean takesPart = included == null || included[i];
      if (!takesPart || jobs[i].state() == JobState.QUEUED) {
        continue;
      } else if (jobs[i].state() != JobState.BLOCKED) {
        add(new Arrival(places.get(jobs[i].queueId()), i), jobs[i].at(), ARRIVAL);
        left++;
      } else if (picture.lineage().obstacle(jobs[i]).isEmpty()) {
        left++;
      }
    }
  }

  /** Jobs that waited for this one, which has succeeded as far as anybody knows, come. */
  private void release(JobRecord parent) {
    if (waitsFor == null) {
      return;
    }
    for (int child : picture.lineage().childrenOf(parent.order())) {
      JobRecord job = picture.jobs()[child];
      if (--waitsFor[child] == 0 && picture.lineage().obstacle(job).isEmpty()) {
        long dueAt = Dependencies.dueAt(job.options(), job.submittedAt());
        add(new Arrival(places.get(job.queueId()), child), dueAt, ARRIVAL);
      }
    }
  }

  /** The jobs that run already. */
  private void run() {
    JobRecord[] running = picture.running();
    for (int i = 0; i < running.length; i++) {
      JobRecord job = running[i];
      AttemptRecord attempt = job.course().last();
      Place place = places.get(job.queueId());
      Pool pool = place == null ? null : poolOf(attempt);
      limits.take(job.options().limit());
      if (place != null) {
        pool.take();
        tree.resumed(place.leaf);
      }
      long timeout = place == null ? 0 : Picture.timeoutMillis(job, place.queue.record());
      long elapsed = Math.max(0, nowMillis - attempt.startedAt());
      int rest = runTimes.drawRest(job, picture.runningSources()[i], timeout, elapsed);
      if (rest == RunTimes.FOR_EVER) {
        unknownFromMillis = nowMillis;
        watcher.ends(i, UNKNOWN);
      } else {
        Leaf leaf = place == null ? null : place.leaf;
        String limit = job.options().limit();
        add(new End(leaf, job, limit, pool, attempt.startedAt()), nowMillis + rest, END);
        watcher.ends(i, rest);
      }
    }
  }

  private Pool poolOf(AttemptRecord attempt) {
    for (Pool pool : pools) {
      if (pool.name().equals(attempt.pool())) {
        return pool;
      }
    }
    // Its node takes no jobs any more, but this one still runs there.
    Pool gone = new Pool(picture.kind(), attempt.node(), List.of(), limits);
    pools.add(gone);
    return gone;
  }

  private void add(Due due, long atMillis, int what) {
    due.atMillis = Math.max(atMillis, nowMillis);
    due.number = ((long) what << 60) + dueCount++;
    dues.add(due);
  }

  /**
   * Goes on until nothing happens any more.
   *
   * @param startsMax after so many starts it ends too, and when {@value #HAPPENINGS_PER_START}
   *     times as much has happened: where nothing can start, others may come for ever
   * @param untilMillis and with this time, which is not part of it
   * @param untilAllStarted and as soon as all jobs of the picture have started
   */
  void run(int startsMax, long untilMillis, boolean untilAllStarted) {
    reachedMillis = untilMillis - picture.nowMillis();
    fill(startsMax);
    long happeningsMax = (long) HAPPENINGS_PER_START * Math.max(startsMax, HAPPENINGS_MIN);
    while ((left > 0 || !untilAllStarted) && starts < startsMax && happened < happeningsMax) {
      long next = nextMillis();
      if (next >= untilMillis) {
        return;
      }
      nowMillis = Math.max(nowMillis, next);
      happened++;
      while (!dues.isEmpty() && dues.peek().atMillis <= nowMillis) {
        dues.poll().happen();
        happened++;
      }
      fill(startsMax);
    }
    if (left > 0 || !untilAllStarted) {
      reachedMillis = nowMillis - picture.nowMillis();
    }
  }

  /** How many jobs ended or came, and how many moments there were; what it cost, about. */
  int happened() {
    return happened;
  }

  /** How far it was looked ahead, ms. */
  long reachedMillis() {
    return reachedMillis;
  }

  /** How many jobs of a queue wait at the end. */
  long waiting(int queueId) {
    Place place = places.get(queueId);
    return place.leaf.size() + place.countHeldBack(picture.nowMillis() + reachedMillis);
  }

  /** How many of them are in the tree. */
  int waitingInTree(int queueId) {
    return places.get(queueId).leaf.size();
  }

  private long nextMillis() {
    long next = dues.isEmpty() ? Long.MAX_VALUE : dues.peek().atMillis;
    long wakeup = tree.nextWakeupNanos();
    if (wakeup < Long.MAX_VALUE && anyFree()) {
      next = Math.min(next, Moments.millis(wakeup));
    }
    return next;
  }

  private boolean anyFree() {
    for (int i = 0; i < pools.size(); i++) {
      if (pools.get(i).free() > 0) {
        return true;
      }
    }
    return false;
  }

  private void fill(int startsMax) {
    exhausted.clear();
    while (starts < startsMax) {
      Pool pool = Placement.leastUsed(pools, exhausted);
      if (pool == null) {
        break;
      }
      if (tree.peek(pool, Moments.nanos(nowMillis), proposal)) {
        start(pool);
      } else {
        exhausted.add(pool);
      }
    }
    tree.advance(Moments.nanos(nowMillis));
  }

  private void start(Pool pool) {
    QueuedJob job = proposal.job;
    Leaf leaf = proposal.leaf;
    StandIn standIn = job instanceof StandIn one ? one : null;
    JobRecord record = standIn == null ? (JobRecord) job : standIn.record();
    int index = standIn == null ? picture.indexOf(job.order()) : standIn.index();
    int source = standIn == null ? picture.sources()[index] : standIn.source();
    Place place = places.get(record.queueId());
    int run = runTimes.draw(record, source, Picture.timeoutMillis(record, place.queue.record()));
    pool.take();
    String limit = record.options().limit();
    limits.take(limit);
    tree.started(leaf, job, Moments.nanos(nowMillis));
    int start = nowMillis > unknownFromMillis ? UNKNOWN : sinceBegin(nowMillis);
    int end = UNKNOWN;
    if (run == RunTimes.FOR_EVER) {
      unknownFromMillis = Math.min(unknownFromMillis, nowMillis);
    } else {
      add(new End(leaf, job, limit, pool, nowMillis), nowMillis + run, END);
      end = start == UNKNOWN ? UNKNOWN : sinceBegin(nowMillis + run);
    }
    starts++;
    if (index >= 0) {
      left--;
    } else {
      place.comerStarted();
    }
    long since = standIn == null ? record.at() : standIn.sinceMillis();
    watcher.started(index, place.queue.record(), nowMillis - since, start, end);
  }

  /** What keeps this job of the picture, which takes part, from starting at the beginning. */
  List<String> holds(JobRecord job) {
    Place place = places.get(job.queueId());
    long now = Moments.nanos(nowMillis);
    List<String> holds = new ArrayList<>(tree.holds(place.leaf, now));
    if (job.state() == JobState.QUEUED && place.leaf.discipline().peek(ANY, now) == null) {
      String flow = job.flow().isEmpty() ? "its flow" : "flow " + job.flow();
      holds.add(flow + " of queue " + place.leaf.name() + " runs as many jobs at once as it may");
    }
    return holds;
  }

  private int sinceBegin(long millis) {
    return (int) Math.min(millis - picture.nowMillis(), NEVER - 1);
  }

  /** When it ended, milliseconds from the beginning. */
  long lengthMillis() {
    return nowMillis - picture.nowMillis();
  }
}
