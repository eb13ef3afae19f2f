/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

/** First come, first served, with lower priority numbers before higher ones (tc-pfifo(8)). */
final class Fifo extends Sorted {
  Fifo() {
    super(false);
  }
}
