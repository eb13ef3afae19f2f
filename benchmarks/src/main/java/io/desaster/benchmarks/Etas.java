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

  private Etas() {}

  static void run(Setup setup) {
    replay(setup);
    for (Calibration.Load load : Calibration.Load.values()) {
      calibrate(load);
    }
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
    Figures.line(
        "  %-8s %10s %14s %14s %12s", load, "position", "error, median", "naive", "before P90");
    double worstError = 0;
    double least = 1;
    double most = 0;
    for (int position : POSITIONS) {
      Calibration.Result result = Calibration.of(load, LIVES, SEED + position, position);
      Figures.line(
          "  %-8s %,10d %12.1f %% %12.1f %% %10.1f %%",
          "",
          position,
          result.medianError() * 100,
          result.naiveMedianError() * 100,
          result.coverage() * 100);
      if (position >= TO_REACH_FROM) {
        worstError = Math.max(worstError, result.medianError());
      }
      least = Math.min(least, result.coverage());
      most = Math.max(most, result.coverage());
    }
    String name = load.name().toLowerCase(Locale.ROOT);
    Figures.verdict(name + ", error from position 100 on, %", worstError * 100, "<=", 15);
    Figures.verdict(name + ", least part before P90, %", least * 100, ">=", 87);
    Figures.verdict(name + ", greatest part before P90, %", most * 100, "<=", 93);
  }
}
