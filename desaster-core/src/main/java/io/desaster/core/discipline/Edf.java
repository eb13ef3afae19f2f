/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Usage;

/**
 * Earliest deadline first (C. L. Liu, J. W. Layland, "Scheduling Algorithms for Multiprogramming in
 * a Hard-Real-Time Environment", JACM 20(1), 1973, section 7). Among jobs of equal priority number
 * the one whose submission time plus deadline comes first; equal ones in the order of arrival; jobs
 * without a deadline last. A started job is not interrupted.
 */
final class Edf extends Sorted {
  Edf() {
    super(true);
  }

  @Override
  public boolean byDeadline() {
    return true;
  }

  @Override
  public Usage.Account form() {
    return Remainders.form("edf");
  }
}
