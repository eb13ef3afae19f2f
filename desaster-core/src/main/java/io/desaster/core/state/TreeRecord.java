/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.tree.TreeVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The configured tree of a kind and those before it.
 *
 * @param versions oldest first, the last one is in force; none: it was never configured
 */
public record TreeRecord(String kind, List<TreeVersion> versions) {
  /** How many versions before the present one are kept. */
  public static final int EARLIER = 16;

  public TreeRecord {
    versions = List.copyOf(versions);
  }

  public TreeVersion present() {
    return versions.isEmpty() ? TreeVersion.NONE : versions.get(versions.size() - 1);
  }

  /** The tree without configuration is always known. */
  public Optional<TreeVersion> find(long version) {
    return version == TreeVersion.NONE.version()
        ? Optional.of(TreeVersion.NONE)
        : versions.stream().filter(one -> one.version() == version).findFirst();
  }

  TreeRecord with(TreeVersion next) {
    List<TreeVersion> all = new ArrayList<>(versions);
    all.add(next);
    return new TreeRecord(kind, all.subList(Math.max(0, all.size() - EARLIER - 1), all.size()));
  }
}
