/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.tree;

import java.util.List;

/**
 * A kind's tree and what is in it.
 *
 * @param version the configuration
 * @param slots usable slots of the kind, which {@code %} and slot rates refer to
 * @param note what is special about it now, for example that slot rates are scaled down; or empty
 * @param classes from the root down, each followed by those below it
 */
public record TreeInfo(
    String kind, TreeVersion version, int slots, String note, List<ClassInfo> classes) {

  public TreeInfo {
    classes = List.copyOf(classes);
  }

  /**
   * A class of the tree.
   *
   * @param depth 0 at the top
   * @param queue whether it is a queue, or the place of one that comes with its first job
   * @param discipline by which it shares or orders its jobs
   * @param rate with its unit, empty if it has none
   * @param ceil likewise
   * @param queued jobs that wait for a slot, all classes below it included
   * @param running likewise
   */
  public record ClassInfo(
      String name,
      int depth,
      boolean queue,
      String discipline,
      String rate,
      String ceil,
      long queued,
      long running) {}
}
