/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.node;

import java.util.List;

/**
 * The slots of one kind on one node.
 *
 * @param slotsMin never fewer
 * @param slotsMax never more
 * @param slots usable at present
 * @param used running attempts
 */
public record PoolInfo(
    String kind,
    String node,
    List<String> labels,
    int slotsMin,
    int slotsMax,
    int slots,
    int used) {
  /** For example {@code shell@web1}. */
  public String name() {
    return kind + "@" + node;
  }
}
