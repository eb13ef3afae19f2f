/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.spi;

/**
 * What a job demands of the slot it runs in. Jobs of equal demand can replace each other, so leaves
 * keep them together and look only at the first of each.
 *
 * @param label label the pool must have; empty: any
 * @param node node it must be on; empty: any
 * @param notNode node it must not be on; empty: none
 * @param limit named concurrency limit as {@code name:count}; empty: none
 */
public record Demand(String label, String node, String notNode, String limit) {
  public static final Demand NONE = new Demand("", "", "", "");
}
