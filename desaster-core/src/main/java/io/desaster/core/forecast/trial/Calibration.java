/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast.trial;

import io.desaster.api.job.Eta;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Predicts waits under a stationary load and waits to see what they are. Run times are lognormal;
 * what is known of them are the runs of {@value #HISTORY} jobs. Each life of a node is asked once
 * and then watched, so that lives are independent of each other; of jobs asked about in one life
 * the errors are not.
 *
 * <p>Beside each stands the naive prediction: jobs before it, times their mean run time, through
 * the number of slots.
 */
public final class Calibration {
  /** Runs that are known when it is asked. */
  public static final int HISTORY = 200;

  private static final double SIGMA = 1;
  private static final double MEDIAN_MILLIS = 10_000;
  private static final int SLOTS = 8;

  private final Load load;
  private final List<Double> errors = new ArrayList<>();
  private final List<Double> naiveErrors = new ArrayList<>();
  private int covered;

  /** What comes into the node. */
  public enum Load {
    /** One queue, first come first served. */
    FIFO,
    /** A batch behind interactive jobs that take a third of the slots. */
    PRIO,
    /** Three classes that borrow from each other, two of them busy. */
    HTB
  }

  /**
   * What came out.
   *
   * @param predictions how many were judged
   * @param medianError median of |predicted P50 - wait| / wait
   * @param coverage part of the jobs that started before their P90
   * @param naiveMedianError as {@code medianError}
   */
  public record Result(
      int predictions, double medianError, double coverage, double naiveMedianError) {}

  private Calibration(Load load) {
    this.load = load;
  }

  /**
   * Predicts in many lives.
   *
   * @param lives how many
   * @param position of the jobs asked about in their queue, from 1, ascending
   */
  public static Result of(Load load, int lives, long seed, int... position) {
    Calibration calibration = new Calibration(load);
    SplittableRandom random = new SplittableRandom(seed);
    for (int life = 0; life < lives; life++) {
      calibration.live(random.split(), position);
    }
    return calibration.result();
  }

  private Result result() {
    return new Result(
        errors.size(), median(errors), covered / (double) errors.size(), median(naiveErrors));
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(value -> value).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static long run(RandomGenerator random) {
    return Math.max(1, (long) (MEDIAN_MILLIS * Math.exp(SIGMA * random.nextGaussian())));
  }

  /** One life: history, a backlog, the question, and the truth. */
  private void live(SplittableRandom random, int[] positions) {
    VirtualNode node = new VirtualNode(SLOTS, random.nextLong());
    setUp(node);
    Map<JobId, Long> startedAt = new HashMap<>();
    node.listen(started -> startedAt.put(started.job(), started.atMillis()));
    List<Long> ended = new ArrayList<>();
    node.listenToEnds(
        one -> {
          if (one.queue().equals("batch")) {
            ended.add(one.ranMillis());
          }
        });
    List<JobId> batch = new ArrayList<>();
    int jobs = HISTORY + 2 * SLOTS + positions[positions.length - 1];
    for (int i = 0; i < jobs; i++) {
      batch.add(node.submit("batch", JobOptions.DEFAULT, "work", run(random)));
    }
    feed(node, random);
    while (ended.size() < HISTORY) {
      node.runTo(node.nextMillis());
    }
    double mean = ended.stream().mapToLong(run -> run).average().orElseThrow();
    List<JobId> waiting = batch.stream().filter(id -> !startedAt.containsKey(id)).toList();
    ask(node, waiting, startedAt, positions, mean);
  }

  private void setUp(VirtualNode node) {
    String tree =
        switch (load) {
          case FIFO -> null;
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

  /** Interactive jobs, a third of what the slots can do, from now on. */
  private void feed(VirtualNode node, SplittableRandom random) {
    if (load != Load.FIFO) {
      SplittableRandom own = random.split();
      double gap = MEDIAN_MILLIS * Math.exp(SIGMA * SIGMA / 2) / (SLOTS / 3.0);
      node.at(node.nowMillis(), () -> next(node, own, gap));
    }
  }

  private void next(VirtualNode node, SplittableRandom random, double gap) {
    node.submit("quick", JobOptions.DEFAULT, "look", run(random));
    long pause = (long) (-Math.log(1 - random.nextDouble()) * gap);
    node.at(node.nowMillis() + Math.max(1, pause), () -> next(node, random, gap));
  }

  private void ask(
      VirtualNode node,
      List<JobId> waiting,
      Map<JobId, Long> startedAt,
      int[] positions,
      double mean) {
    List<JobId> asked = Arrays.stream(positions).mapToObj(at -> waiting.get(at - 1)).toList();
    long now = node.nowMillis();
    Map<JobId, Eta> etas = node.predict(asked);
    while (!startedAt.containsKey(asked.get(asked.size() - 1))) {
      node.runTo(node.nowMillis() + (long) mean);
    }
    for (int i = 0; i < positions.length; i++) {
      Eta eta = etas.get(asked.get(i));
      double wait = startedAt.get(asked.get(i)) - now;
      judge(eta, now, wait, positions[i] * mean / SLOTS);
    }
  }

  private void judge(Eta eta, long now, double wait, double naive) {
    double p50 = eta.startP50().orElseThrow().toEpochMilli() - now;
    double p90 = eta.startP90().orElseThrow().toEpochMilli() - now;
    errors.add(Math.abs(p50 - wait) / wait);
    naiveErrors.add(Math.abs(naive - wait) / wait);
    covered += wait <= p90 ? 1 : 0;
  }
}
