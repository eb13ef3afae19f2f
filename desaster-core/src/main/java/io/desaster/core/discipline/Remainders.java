/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Usage;
import java.util.Map;

/** Retired disciplines as they are remembered: their kind and those parameters they still need. */
final class Remainders {
  static final String WHAT = "remainder";

  private Remainders() {}

  static Usage.Account form(String kind) {
    return new Usage.Account(WHAT, kind, 0, 0);
  }

  static Usage.Account form(DisciplineSpec.Sfq sfq) {
    return new Usage.Account(
        WHAT, "sfq", sfq.seed(), sfq.perturbNanos(), sfq.divisor(), sfq.quantum());
  }

  /**
   * An empty one.
   *
   * @throws IllegalArgumentException if this version has no such kind
   */
  static Movable make(Usage.Account form) {
    return switch (form.name()) {
      case "fifo" -> new Fifo();
      case "edf" -> new Edf();
      case "wfq" -> new Wfq(new DisciplineSpec.Wfq(Map.of(), false, 0, 0));
      case "sfq" ->
          new Sfq(
              new DisciplineSpec.Sfq(
                  (int) form.values()[0], form.values()[1], form.atNanos(), 0, form.number()));
      default ->
          throw new IllegalArgumentException(
              "the snapshot tells of jobs that are being moved out of a discipline '"
                  + form.name()
                  + "', which this version does not know; start the version that wrote it");
    };
  }
}
