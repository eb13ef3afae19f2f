/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

/** What was measured of a queue's jobs since measuring began. */
final class QueueMeter {
  final UseMeter use = new UseMeter();
  final WaitSketch waits = new WaitSketch();
  final FlowMeters.OfQueue flows;
  long starts;
  long waitMillis;
  long runs;
  long runMillis;

  QueueMeter(FlowMeters.OfQueue flows) {
    this.flows = flows;
  }
}
