/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.benchmarks;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobOptions;
import io.desaster.core.forecast.trial.Calibration;
import io.desaster.core.forecast.trial.VirtualNode;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How long it takes to predict 100,000 jobs, and how good predictions are. The latter is computed
 * in virtual time and does not depend on the machine.
 */
final class Etas {
  private static final int QUEUED = 100_000;
  private static final int SLOTS = 8;
  private static final int LIVES = 400;
  private static final long SEED = 1;
  private static final int[] POSITIONS = {10, 30, 100, 300, 1000};
  private static final int TO_REACH_FROM = 100;
  private static final int[] BACKLOGS = {10, 100, 300};
  private static final int ASKED_STARTS = 3000;
  private static final int ALL_LIVES = 8;
  private static final int[] WAVE_POSITIONS = {30};
  private static final int WAVE_ASKED = 100;
  private static final int WAVE_LIVES = 150;

  private Etas() {}

  static void run(Setup setup) {
    replay(setup);
    calibrate(Calibration.Load.FIFO);
    calibrate(Calibration.Load.PRIO);
    calibrate(Calibration.Load.HTB);
    calibrateAll();
    recalibrate();
  }

  private static void replay(Setup setup) {
    VirtualNode node = new VirtualNode(SLOTS, SEED);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < Calibration.HISTORY; i++) {
      node.submit("batch", JobOptions.DEFAULT, "work", runMillis(random));
    }
    node.runTo(node.nowMillis() + 3_600_000);
    JobId last = null;
    for (int i = 0; i < QUEUED + SLOTS; i++) {
      last = node.submit("batch", JobOptions.DEFAULT, "work", runMillis(random));
    }
    Figures figures = new Figures();
    List<JobId> asked = List.of(last);
    for (int round = -1; round < setup.rounds(); round++) {
      long begun = System.nanoTime();
      node.predict(asked);
      if (round >= 0) {
        figures.add("predict 100,000 queued jobs", (System.nanoTime() - begun) / 1e6);
      }
    }
    figures.print("ms");
    Figures.verdict(
        "100,000 queued jobs, ms", figures.median("predict 100,000 queued jobs"), "<=", 1000);
  }

  private static long runMillis(SplittableRandom random) {
    return (long) (10_000 * Math.exp(random.nextGaussian()));
  }

  private static void calibrate(Calibration.Load load) {
    head(load + ", asked once");
    double worstError = 0;
    double worstExcess = 0;
    double least = 1;
    double most = 0;
    for (int position : POSITIONS) {
      Calibration.Result result = Calibration.of(load, LIVES, SEED + position, position);
      line(String.format(Locale.ROOT, "position %,d", position), result);
      if (position >= TO_REACH_FROM) {
        worstError = Math.max(worstError, result.medianError());
      }
      worstExcess = Math.max(worstExcess, result.medianError() / result.oracleMedianError());
      least = Math.min(least, result.coverage());
      most = Math.max(most, result.coverage());
    }
    String name = load.name().toLowerCase(Locale.ROOT);
    Figures.verdict(name + ", error from position 100 on, %", worstError * 100, "<=", 15);
    if (!Double.isNaN(worstExcess)) {
      Figures.verdict(name + ", error through that of the oracle", worstExcess, "<=", 1.6);
    }
    Figures.verdict(name + ", least part before P90, %", least * 100, ">=", 87);
    Figures.verdict(name + ", greatest part before P90, %", most * 100, "<=", 93);
  }

  /** All jobs that wait in a queue that stays as long, asked about again and again. */
  private static void calibrateAll() {
    head("all that wait, asked often");
    for (Calibration.Load load :
        List.of(Calibration.Load.FIFO, Calibration.Load.PRIO, Calibration.Load.HTB)) {
      for (int backlog : BACKLOGS) {
        int asked = ASKED_STARTS / backlog;
        Calibration.Result result = Calibration.ofAll(load, backlog, ALL_LIVES, asked, SEED);
        String name = String.format(Locale.ROOT, "%s, %,d wait", load, backlog);
        line(name, result);
        if (backlog >= TO_REACH_FROM) {
          Figures.verdict(name + ": error, %", result.medianError() * 100, "<=", 15);
          Figures.verdict(name + ": least part before P90, %", result.coverage() * 100, ">=", 87);
          Figures.verdict(name + ": greatest part, %", result.coverage() * 100, "<=", 93);
        }
      }
    }
  }

  /** A load for which the model is wrong, before and after predictions could be judged. */
  private static void recalibrate() {
    head("WAVES: run times that are long or short together");
    for (int position : WAVE_POSITIONS) {
      for (boolean judged : new boolean[] {false, true}) {
        Calibration.Result result =
            Calibration.afterOthers(
                Calibration.Load.WAVES, WAVE_LIVES, WAVE_ASKED, judged, SEED, position);
        line("position " + position + (judged ? ", others judged" : ", none judged"), result);
        if (judged) {
          String name = "waves, position " + position + ", part before P90, %";
          Figures.verdict(name, result.coverage() * 100, ">=", 87);
        }
      }
    }
  }

  private static void head(String what) {
    Figures.line(
        "  %-32s %13s %9s %9s %11s", what, "error, median", "naive", "oracle", "before P90");
  }

  private static void line(String what, Calibration.Result result) {
    Figures.line(
        "  %-32s %11.1f %% %7.1f %% %7.1f %% %9.1f %%",
        what,
        result.medianError() * 100,
        result.naiveMedianError() * 100,
        result.oracleMedianError() * 100,
        result.coverage() * 100);
  }
}
