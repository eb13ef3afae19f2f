/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.tree;

import java.time.Duration;
import java.util.List;

/**
 * What would become of the jobs of a kind with another tree, beside what will probably become of
 * them with the present one. Nothing is changed by it.
 *
 * @param kind of the jobs
 * @param length how far it was looked ahead
 * @param note what is to be said about it, for example that there were too many jobs to look as far
 *     ahead as asked; else empty
 * @param classes queues by name
 */
public record TreePreview(String kind, Duration length, String note, List<OfQueue> classes) {
  public TreePreview {
    classes = List.copyOf(classes);
  }

  /** A queue with the present tree and with the other one. */
  public record OfQueue(String queue, Course before, Course after) {}

  /**
   * What becomes of the jobs of a queue, the mean of several possible futures.
   *
   * @param started jobs that start in this time
   * @param waiting jobs that still wait at its end
   * @param share part of all used slot time that is theirs, 0 to 1
   * @param waitP50Millis how long those that start have waited at the median; -1: none starts
   * @param waitP90Millis what nine of ten of them have waited at most; -1: none starts
   */
  public record Course(
      double started, double waiting, double share, long waitP50Millis, long waitP90Millis) {}
}
