/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import com.sun.management.OperatingSystemMXBean;
import io.desaster.api.node.Series;
import io.desaster.api.spi.Clock;
import io.desaster.core.history.History;
import io.desaster.core.query.Activity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Measures the node for its history. Not on the loop: it reads a file of the system. */
final class ActivitySampler {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RSS = "VmRSS:";

  private final String node;
  private final OperatingSystemMXBean host;
  private final Clock clock;
  private final Supplier<CompletionStage<Activity>> activity;
  private final History history;
  private final Rate cpu = new Rate();
  private final Rate ended = new Rate();
  private final Map<String, Rate> endedInPools = new HashMap<>();

  /** Growth of a number that only grows. */
  private static final class Rate {
    private double before = Double.NaN;
    private long beforeMillis;

    /** A second since the last time; NaN the first time. */
    double perSecond(double now, long nowMillis) {
      double rate =
          nowMillis > beforeMillis
              ? (now - before) * 1000 / (nowMillis - beforeMillis)
              : Double.NaN;
      before = now;
      beforeMillis = nowMillis;
      return rate;
    }
  }

  ActivitySampler(
      String node,
      OperatingSystemMXBean host,
      Clock clock,
      Supplier<CompletionStage<Activity>> activity,
      History history) {
    this.node = node;
    this.host = host;
    this.clock = clock;
    this.activity = activity;
    this.history = history;
  }

  /**
   * Measures once.
   *
   * @param hostCpu share of the host's CPU time in use
   * @return completes when it is in the history
   */
  CompletionStage<Void> sample(double hostCpu) {
    return activity.get().thenCompose(now -> history.add(readings(now, hostCpu)));
  }

  private synchronized List<History.Reading> readings(Activity now, double hostCpu) {
    long millis = clock.monoMillis();
    List<History.Reading> readings = new ArrayList<>();
    int used = 0;
    int slots = 0;
    for (Activity.Pool pool : now.pools()) {
      String name = pool.info().name();
      used += pool.info().used();
      slots += pool.info().slots();
      Rate rate = endedInPools.computeIfAbsent(name, n -> new Rate());
      readings.add(
          new History.Reading(
              name,
              work(
                  pool.info().used(),
                  pool.info().slots(),
                  rate.perSecond(pool.ended(), millis),
                  pool.queued())));
    }
    Map<Series, Double> values =
        work(used, slots, ended.perSecond(now.ended(), millis), now.queued());
    values.put(Series.CPU, cpu.perSecond(host.getProcessCpuTime() / 1e9, millis));
    values.put(Series.HOST_CPU, hostCpu);
    values.put(Series.RSS, residentBytes());
    values.put(
        Series.LOAD, host.getSystemLoadAverage() < 0 ? Double.NaN : host.getSystemLoadAverage());
    readings.add(new History.Reading(node, values));
    return readings;
  }

  private static Map<Series, Double> work(int used, int slots, double endedPerSecond, long queued) {
    Map<Series, Double> values = new EnumMap<>(Series.class);
    values.put(Series.USED, (double) used);
    values.put(Series.SLOTS, (double) slots);
    values.put(Series.ENDED, endedPerSecond * 60);
    values.put(Series.QUEUED, (double) queued);
    return values;
  }

  private static double residentBytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(RSS)) {
          return Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
    } catch (IOException | NumberFormatException e) {
      // Only Linux tells it in this way.
    }
    return Double.NaN;
  }
}
