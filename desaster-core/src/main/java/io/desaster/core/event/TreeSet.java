/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import io.desaster.api.tree.TreeVersion;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.State;
import java.time.Instant;

/** The tree of a kind is another one. */
public record TreeSet(String kind, TreeVersion tree) implements Event {
  static final int TYPE = 26;

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public int weight() {
    return 64 + tree.text().length();
  }

  @Override
  public void encode(Output out) {
    out.writeString(kind);
    out.writeVarint(tree.version());
    out.writeString(tree.by());
    out.writeVarint(tree.at().toEpochMilli());
    out.writeString(tree.text());
  }

  /** Reads one back, from the journal or a snapshot. */
  public static TreeSet decode(Input in) {
    String kind = in.readString();
    long version = in.readVarint();
    String by = in.readString();
    Instant at = Instant.ofEpochMilli(in.readVarint());
    return new TreeSet(kind, new TreeVersion(version, by, at, in.readString()));
  }

  @Override
  public void apply(State state, long atMillis) {
    state.setTree(kind, tree);
  }
}
