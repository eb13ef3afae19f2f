/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast.trial;

import io.desaster.api.job.JobId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Predicts waits under a stationary load and waits to see what they are. Run times are lognormal;
 * what is known of them are the runs of {@value #HISTORY} jobs. Lives of nodes are independent of
 * each other; of jobs asked about in one life the errors are not.
 *
 * <p>Beside each prediction stands the naive one: jobs before it, times the mean of the last
 * {@value #HISTORY} run times, through the number of slots; and where it can be computed, that of
 * one who knows the distributions from which everything is drawn: what that is off by is chance.
 */
public final class Calibration {
  /** Runs that are known when it is asked. */
  public static final int HISTORY = 200;

  private final List<Double> errors = new ArrayList<>();
  private final List<Double> naiveErrors = new ArrayList<>();
  private final List<Double> oracleErrors = new ArrayList<>();
  private int covered;

  /** What comes into the node. */
  public enum Load {
    /** One queue, first come first served. */
    FIFO,
    /** A batch behind interactive jobs that take a third of the slots. */
    PRIO,
    /** Three classes that borrow from each other, two of them busy. */
    HTB,
    /** As FIFO, but jobs that come together are long or short together. */
    WAVES
  }

  /**
   * What came out.
   *
   * @param predictions how many were judged
   * @param medianError median of |predicted P50 - wait| / wait
   * @param coverage part of the jobs that started before their P90
   * @param naiveMedianError as {@code medianError}
   * @param oracleMedianError likewise; NaN if it is not known
   */
  public record Result(
      int predictions,
      double medianError,
      double coverage,
      double naiveMedianError,
      double oracleMedianError) {}

  private Calibration() {}

  /**
   * Asks once in each of many lives; no prediction was judged before.
   *
   * @param position of the jobs asked about in their queue, from 1, ascending
   */
  public static Result of(Load load, int lives, long seed, int... position) {
    return afterOthers(load, lives, 0, false, seed, position);
  }

  /**
   * Asks once in each of many lives, later than {@link #of}: so many times half the jobs before the
   * last one asked about have started.
   *
   * @param judged whether others were asked about each time, whose predictions could be judged; the
   *     lives are the same if not
   */
  public static Result afterOthers(
      Load load, int lives, int times, boolean judged, long seed, int... position) {
    Calibration calibration = new Calibration();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < lives; i++) {
      int last = position[position.length - 1];
      Life life = new Life(load, last, times > 0, random.split());
      for (int time = 0; time < times; time++) {
        if (judged) {
          life.predict();
        }
        life.runUntilStarted(last / 2);
      }
      calibration.judge(life, position);
    }
    return calibration.result();
  }

  /**
   * Asks about all jobs of a queue that is always as long, again and again.
   *
   * @param backlog how long
   * @param asked how often in each life, each time after half the backlog has started
   */
  public static Result ofAll(Load load, int backlog, int lives, int asked, long seed) {
    Calibration calibration = new Calibration();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < lives; i++) {
      Life life = new Life(load, backlog, true, random.split());
      List<Life.Question> questions = new ArrayList<>();
      for (int k = 0; k < asked; k++) {
        questions.add(life.ask(life.waiting(backlog)));
        life.runUntilStarted(backlog / 2);
      }
      life.runUntilAllStarted(questions);
      questions.forEach(question -> calibration.judge(life, question));
    }
    return calibration.result();
  }

  private void judge(Life life, int[] positions) {
    List<JobId> waiting = life.waiting(positions[positions.length - 1]);
    List<JobId> asked = Arrays.stream(positions).mapToObj(at -> waiting.get(at - 1)).toList();
    Life.Question question = life.ask(asked, positions);
    for (int position : positions) {
      question.askOracle(life, position);
    }
    life.runUntilAllStarted(List.of(question));
    judge(life, question);
  }

  private void judge(Life life, Life.Question question) {
    question.judge(
        life,
        (told, wait) -> {
          errors.add(Math.abs(told.p50() - wait) / wait);
          naiveErrors.add(Math.abs(told.naive() - wait) / wait);
          if (!Double.isNaN(told.oracle())) {
            oracleErrors.add(Math.abs(told.oracle() - wait) / wait);
          }
          covered += wait <= told.p90() ? 1 : 0;
        });
  }

  private Result result() {
    return new Result(
        errors.size(),
        median(errors),
        covered / (double) errors.size(),
        median(naiveErrors),
        oracleErrors.isEmpty() ? Double.NaN : median(oracleErrors));
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(value -> value).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
