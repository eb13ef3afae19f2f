/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.core.forecast.trial.Calibration;
import org.junit.jupiter.api.Test;

class CalTmpTest {
  @Test
  void x() {
    for (Calibration.Load load : Calibration.Load.values()) {
      for (int p : new int[] {10, 30, 100, 300, 1000}) {
        long t = System.nanoTime();
        System.err.println(
            load
                + " "
                + p
                + " "
                + Calibration.of(load, p >= 1000 ? 200 : 400, 7, p)
                + " "
                + (System.nanoTime() - t) / 1000000
                + " ms");
      }
    }
  }
}
