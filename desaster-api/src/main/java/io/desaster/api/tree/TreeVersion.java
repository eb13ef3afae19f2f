/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.tree;

import java.time.Instant;
import java.util.Objects;

/**
 * One version of a kind's tree.
 *
 * @param version counts up from 1; 0 is the tree without configuration
 * @param by who made it, empty for version 0
 * @param at when, 1970 for version 0
 * @param text the tree as JSON on one line
 */
public record TreeVersion(long version, String by, Instant at, String text) {
  /** What a tree is without configuration: all queues take turns. */
  public static final String UNCONFIGURED = "{\"kind\":\"drr\",\"classes\":[{\"id\":\"default\"}]}";

  public static final TreeVersion NONE = new TreeVersion(0, "", Instant.EPOCH, UNCONFIGURED);

  public TreeVersion {
    Objects.requireNonNull(by);
    Objects.requireNonNull(at);
    Objects.requireNonNull(text);
  }
}
