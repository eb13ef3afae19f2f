/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.history;

import io.desaster.api.node.Series;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.rrd4j.ConsolFun;
import org.rrd4j.DsType;
import org.rrd4j.core.Archive;
import org.rrd4j.core.Robin;
import org.rrd4j.core.RrdDb;
import org.rrd4j.core.RrdDef;

/**
 * The series of one node or pool in a round robin database: its size is fixed, the newest values
 * take the place of the oldest. Used by one thread.
 */
final class SeriesFile {
  /** Longer than this between two samples, and what was between them is unknown. */
  private static final long HEARTBEAT_SECONDS = 5;

  /** A coarse span is unknown if more than this share of it is. */
  private static final double UNKNOWN_SHARE_MAX = 0.9;

  private static final long FUTURE_SECONDS_MAX = 86_400;

  private final List<Series> series;
  private final MemoryImage image;
  private final PageFile file;
  private final RrdDb rrd;

  private SeriesFile(List<Series> series, MemoryImage image, PageFile file, RrdDb rrd) {
    this.series = series;
    this.image = image;
    this.file = file;
    this.rrd = rrd;
  }

  /** A new one; on the disk it is after the first {@link #flush}. */
  static SeriesFile create(Path path, List<Series> series, long nowSeconds) throws IOException {
    MemoryImage image = new MemoryImage();
    RrdDb rrd =
        RrdDb.getBuilder()
            .setRrdDef(definition(series, nowSeconds))
            .setBackendFactory(image)
            .build();
    return new SeriesFile(series, image, new PageFile(path), rrd);
  }

  /**
   * One that was flushed before.
   *
   * @throws DamagedException if it cannot be what was flushed
   */
  static SeriesFile open(Path path, List<Series> series, long nowSeconds) throws IOException {
    PageFile file = new PageFile(path);
    RrdDef definition = definition(series, nowSeconds);
    MemoryImage image = new MemoryImage(file.read(definition.getEstimatedSize()));
    try {
      RrdDb rrd = RrdDb.getBuilder().setPath(MemoryImage.PATH).setBackendFactory(image).build();
      check(rrd, definition, nowSeconds);
      return new SeriesFile(series, image, file, rrd);
    } catch (DamagedException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new DamagedException("it is no history: " + e.getMessage(), e);
    }
  }

  private static RrdDef definition(List<Series> series, long nowSeconds) {
    RrdDef definition = new RrdDef(MemoryImage.PATH, nowSeconds - 1, 1);
    for (Series one : series) {
      definition.addDatasource(one.word(), DsType.GAUGE, HEARTBEAT_SECONDS, Double.NaN, Double.NaN);
    }
    for (Resolution one : Resolution.ALL) {
      definition.addArchive(ConsolFun.AVERAGE, UNKNOWN_SHARE_MAX, one.stepSeconds(), one.rows());
    }
    return definition;
  }

  /** Nothing that was measured is negative; bytes of something else rarely look so. */
  private static void check(RrdDb rrd, RrdDef expected, long nowSeconds) throws IOException {
    RrdDef found = rrd.getRrdDef();
    if (found.getStep() != expected.getStep()
        || !Arrays.equals(
            Arrays.stream(found.getDsDefs()).map(ds -> ds.dump()).toArray(),
            Arrays.stream(expected.getDsDefs()).map(ds -> ds.dump()).toArray())
        || !Arrays.equals(
            Arrays.stream(found.getArcDefs()).map(arc -> arc.dump()).toArray(),
            Arrays.stream(expected.getArcDefs()).map(arc -> arc.dump()).toArray())) {
      throw new DamagedException("it has other series or spans than it should");
    }
    if (rrd.getLastUpdateTime() > nowSeconds + FUTURE_SECONDS_MAX) {
      throw new DamagedException(
          "its last sample is of "
              + Instant.ofEpochSecond(rrd.getLastUpdateTime())
              + ", which is to come");
    }
    for (int a = 0; a < rrd.getArcCount(); a++) {
      for (int d = 0; d < rrd.getDsCount(); d++) {
        for (double value : rrd.getArchive(a).getRobin(d).getValues()) {
          if (value < 0 || Double.isInfinite(value)) {
            throw new DamagedException("it holds the value " + value);
          }
        }
      }
    }
  }

  List<Series> series() {
    return series;
  }

  /**
   * Adds what was measured, NaN for what is unknown. One for a second that is over already, because
   * samples came close together or the clock was set back, is left out.
   *
   * @param values in the order of the series
   */
  void add(long atSeconds, double[] values) throws IOException {
    if (atSeconds > rrd.getLastUpdateTime()) {
      rrd.createSample(atSeconds).setValues(values).update();
    }
  }

  /**
   * Averages.
   *
   * @param resolution index into {@link Resolution#ALL}
   * @param fromSeconds where the first value's span begins, multiple of {@code stepSeconds}
   * @param stepSeconds a multiple of the resolution's
   * @return NaN where nothing is known
   */
  double[] read(Series one, int resolution, long fromSeconds, long stepSeconds, int count)
      throws IOException {
    Archive archive = rrd.getArchive(resolution);
    Robin rows = archive.getRobin(series.indexOf(one));
    double[] all = rows.getValues();
    long rowSeconds = archive.getArcStep();
    // A row bears the time at which its span ends.
    long begin = archive.getStartTime() - rowSeconds;
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      long first = (fromSeconds + i * stepSeconds - begin) / rowSeconds;
      values[i] = average(all, first, first + stepSeconds / rowSeconds);
    }
    return values;
  }

  private static double average(double[] rows, long first, long end) {
    double sum = 0;
    int known = 0;
    for (long i = Math.max(0, first); i < Math.min(rows.length, end); i++) {
      if (!Double.isNaN(rows[(int) i])) {
        sum += rows[(int) i];
        known++;
      }
    }
    return known == 0 ? Double.NaN : sum / known;
  }

  /** Brings to the disk what was added since the last time. */
  void flush() throws IOException {
    file.write(image.content());
  }
}
