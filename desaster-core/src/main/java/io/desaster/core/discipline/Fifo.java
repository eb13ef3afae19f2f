/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Usage;

/** First come, first served, with lower priority numbers before higher ones (tc-pfifo(8)). */
final class Fifo extends Sorted {
  Fifo() {
    super(false);
  }

  @Override
  public Usage.Account form() {
    return Remainders.form("fifo");
  }
}
