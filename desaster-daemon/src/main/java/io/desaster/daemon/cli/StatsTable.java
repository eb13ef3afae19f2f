/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.node.Series;
import io.desaster.api.node.Stats;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** Series as rows: how they are, and how they went. */
final class StatsTable {
  private static final int WIDTH = 40;

  private StatsTable() {}

  static Table of(List<Stats> all) {
    Table table = new Table("SERIES", "LAST", "LOW", "MEAN", "HIGH", "UNIT", "COURSE");
    for (Stats one : all) {
      table.row(
          one.series().word(),
          text(one, known -> known.reduce((a, b) -> b)),
          text(one, DoubleStream::min),
          text(one, DoubleStream::average),
          text(one, DoubleStream::max),
          one.series().unit(),
          Sparkline.of(one.values(), WIDTH));
    }
    return table;
  }

  private static String text(Stats stats, Function<DoubleStream, OptionalDouble> figure) {
    OptionalDouble value =
        figure.apply(Arrays.stream(stats.values()).filter(v -> !Double.isNaN(v)));
    if (value.isEmpty()) {
      return "-";
    }
    return stats.series() == Series.RSS
        ? Texts.bytes(Math.round(value.getAsDouble()))
        : String.format(Locale.ROOT, "%.2f", value.getAsDouble());
  }
}
