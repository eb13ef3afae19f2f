/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast.trial;

import io.desaster.api.job.Eta;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/** One life of a node under a load: history, a backlog in its queue {@code batch}, questions. */
final class Life {
  private static final double SIGMA = 1;
  private static final double MEDIAN_MILLIS = 10_000;
  private static final double MEAN_MILLIS = MEDIAN_MILLIS * Math.exp(SIGMA * SIGMA / 2);
  private static final int SLOTS = 8;

  /** Of waves: how much of the one before is in each job's, and how high they are. */
  private static final double WAVE_KEPT = 0.98;

  private static final double WAVE_SIGMA = 0.7;
  private static final String BATCH = "batch";

  private final Calibration.Load load;
  private final VirtualNode node;
  private final SplittableRandom random;
  private final SplittableRandom feeding;
  private final Oracle oracle;
  private final boolean refills;
  private final Map<JobId, Long> startedAt = new HashMap<>();
  private final Map<JobId, Long> running = new LinkedHashMap<>();
  private final Set<JobId> waiting = new LinkedHashSet<>();
  private final Set<JobId> quick = new HashSet<>();
  private final Deque<Long> lastRuns = new ArrayDeque<>();
  private double wave;
  private int ended;
  private int started;

  /** What was said of a job, ms from then. */
  record Told(double p50, double p90, double naive, double oracle) {}

  /** What was said of some jobs at one moment. */
  final class Question {
    private final long atMillis = node.nowMillis();
    private final List<JobId> jobs;
    private final int[] positions;
    private final Map<JobId, Eta> etas;
    private final double meanMillis =
        lastRuns.stream().mapToLong(run -> run).average().orElseThrow();
    private final Map<Integer, Double> oracles = new HashMap<>();

    private Question(List<JobId> jobs, int[] positions) {
      this.jobs = jobs;
      this.positions = positions;
      this.etas = node.predict(jobs);
    }

    /** Asks the oracle too, now, if it knows the load. */
    void askOracle(Life life, int position) {
      oracles.put(position, life.oracle(position));
    }

    /** Tells what was said and how long the wait was; all must have started. */
    void judge(Life life, BiConsumer<Told, Double> judge) {
      for (int i = 0; i < jobs.size(); i++) {
        Eta eta = etas.get(jobs.get(i));
        double wait = Math.max(1, life.startedAt.get(jobs.get(i)) - atMillis);
        judge.accept(
            new Told(
                eta.startP50().orElseThrow().toEpochMilli() - atMillis,
                eta.startP90().orElseThrow().toEpochMilli() - atMillis,
                positions[i] * meanMillis / SLOTS,
                oracles.getOrDefault(positions[i], Double.NaN)),
            wait);
      }
    }
  }

  /**
   * Lives until so many jobs have ended that the history is as it should be.
   *
   * @param backlog how many wait then, at least
   * @param refills whether for each that starts another one comes
   */
  Life(Calibration.Load load, int backlog, boolean refills, SplittableRandom random) {
    this.load = load;
    this.random = random;
    this.refills = refills;
    node = new VirtualNode(SLOTS, random.nextLong());
    oracle = new Oracle(MEDIAN_MILLIS, SIGMA, random.split());
    feeding = random.split();
    wave = random.nextGaussian();
    setUp();
    node.listen(this::started);
    node.listenToEnds(this::ended);
    int jobs = backlog + (refills ? SLOTS : Calibration.HISTORY + 2 * SLOTS);
    for (int i = 0; i < jobs; i++) {
      submitBatch();
    }
    if (load == Calibration.Load.PRIO || load == Calibration.Load.HTB) {
      node.at(node.nowMillis(), this::feed);
    }
    while (ended < Calibration.HISTORY) {
      node.runTo(node.nextMillis());
    }
  }

  private void setUp() {
    String tree =
        switch (load) {
          case FIFO, WAVES -> null;
          case PRIO ->
              "{\"kind\":\"prio\",\"bands\":[{\"id\":\"quick\"},{\"id\":\"batch\"},{\"id\":\"default\"}]}";
          case HTB ->
              "{\"kind\":\"htb\",\"charge\":\"run\",\"classes\":["
                  + "{\"id\":\"quick\",\"rate\":3,\"ceil\":8,\"burst\":60},"
                  + "{\"id\":\"batch\",\"rate\":3,\"ceil\":8,\"burst\":60},"
                  + "{\"id\":\"default\",\"rate\":2,\"ceil\":8,\"burst\":60}]}";
        };
    if (tree != null) {
      node.tree(tree);
    }
  }

  private void started(VirtualNode.Started one) {
    startedAt.put(one.job(), one.atMillis());
    running.put(one.job(), one.atMillis());
    quick.remove(one.job());
    if (one.queue().equals(BATCH)) {
      started++;
      waiting.remove(one.job());
      if (refills) {
        node.at(node.nowMillis(), this::submitBatch);
      }
    }
  }

  private void ended(VirtualNode.Ended one) {
    running.remove(one.job());
    if (one.queue().equals(BATCH)) {
      ended++;
      lastRuns.add(one.ranMillis());
      if (lastRuns.size() > Calibration.HISTORY) {
        lastRuns.remove();
      }
    }
  }

  private void submitBatch() {
    double factor = 1;
    if (load == Calibration.Load.WAVES) {
      wave = WAVE_KEPT * wave + Math.sqrt(1 - WAVE_KEPT * WAVE_KEPT) * random.nextGaussian();
      factor = Math.exp(WAVE_SIGMA * wave);
    }
    JobId job = node.submit(BATCH, JobOptions.DEFAULT, "work", run(random, factor));
    if (!startedAt.containsKey(job)) {
      waiting.add(job);
    }
  }

  private static long run(SplittableRandom random, double factor) {
    return Math.max(1, (long) (factor * MEDIAN_MILLIS * Math.exp(SIGMA * random.nextGaussian())));
  }

  /** An interactive job; all of them need a third of what the slots can do. */
  private void feed() {
    JobId job = node.submit("quick", JobOptions.DEFAULT, "look", run(feeding, 1));
    if (!startedAt.containsKey(job)) {
      quick.add(job);
    }
    long pause = (long) (-Math.log(1 - feeding.nextDouble()) * gapMillis());
    node.at(node.nowMillis() + Math.max(1, pause), this::feed);
  }

  private static double gapMillis() {
    return MEAN_MILLIS / (SLOTS / 3.0);
  }

  /** The jobs of the batch that have waited longest. */
  List<JobId> waiting(int number) {
    return waiting.stream().limit(number).toList();
  }

  /** Somebody else asks about a job, so that all are predicted. */
  void predict() {
    node.predict(waiting(1));
  }

  /** Asks about the jobs that have waited longest. */
  Question ask(List<JobId> jobs) {
    int[] positions = new int[jobs.size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = i + 1;
    }
    return ask(jobs, positions);
  }

  Question ask(List<JobId> jobs, int[] positions) {
    return new Question(jobs, positions);
  }

  private double oracle(int position) {
    boolean knows = load == Calibration.Load.FIFO || load == Calibration.Load.PRIO;
    if (!knows || running.size() < SLOTS) {
      return Double.NaN;
    }
    long now = node.nowMillis();
    double[] elapsed = running.values().stream().mapToDouble(since -> now - since).toArray();
    double gap = load == Calibration.Load.PRIO ? gapMillis() : Double.POSITIVE_INFINITY;
    return oracle.medianWait(elapsed, position, quick.size(), gap);
  }

  /** Lives until so many more of the batch have started. */
  void runUntilStarted(int number) {
    int until = started + Math.max(1, number);
    while (started < until) {
      node.runTo(node.nextMillis());
    }
  }

  /** Lives until all have started that were asked about. */
  void runUntilAllStarted(List<Question> questions) {
    List<JobId> jobs = new ArrayList<>();
    questions.forEach(question -> jobs.addAll(question.jobs));
    while (!startedAt.keySet().containsAll(jobs)) {
      node.runTo(node.nextMillis());
    }
  }
}
