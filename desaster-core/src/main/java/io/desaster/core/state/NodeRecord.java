/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.node.NodeInfo;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A node and its pools as announced.
 *
 * @param joinedAt milliseconds since 1970
 */
public record NodeRecord(
    String name,
    NodeInfo.State state,
    String version,
    long joinedAt,
    List<String> labels,
    List<Pool> pools) {

  /** The slots of one kind; min and max as set by announcement or {@code POOL SET}. */
  public record Pool(String kind, int slotsMin, int slotsMax) {}

  public NodeRecord {
    labels = List.copyOf(labels);
    pools = List.copyOf(pools);
  }

  /** Slots of a kind on nodes that take jobs. */
  public static int usableSlots(Collection<NodeRecord> nodes, String kind) {
    int slots = 0;
    for (NodeRecord node : nodes) {
      slots += node.state() == NodeInfo.State.UP ? node.slots(kind) : 0;
    }
    return slots;
  }

  /** Slots of a kind on all nodes. */
  public static int knownSlots(Collection<NodeRecord> nodes, String kind) {
    return nodes.stream().mapToInt(node -> node.slots(kind)).sum();
  }

  /** What slot rates refer to: the usable slots; while there are none at all, those known. */
  public static int slotsFor(Collection<NodeRecord> nodes, String kind) {
    int usable = usableSlots(nodes, kind);
    return usable > 0 ? usable : knownSlots(nodes, kind);
  }

  private int slots(String kind) {
    int slots = 0;
    for (Pool pool : pools) {
      slots += pool.kind().equals(kind) ? pool.slotsMax() : 0;
    }
    return slots;
  }

  public NodeRecord withState(NodeInfo.State newState) {
    return new NodeRecord(name, newState, version, joinedAt, labels, pools);
  }

  public NodeRecord withPool(Pool pool) {
    List<Pool> changed = new ArrayList<>(pools);
    changed.removeIf(other -> other.kind().equals(pool.kind()));
    changed.add(pool);
    return new NodeRecord(name, state, version, joinedAt, labels, changed);
  }

  public void encode(Output out) {
    out.writeString(name);
    out.writeString(state.name());
    out.writeString(version);
    out.writeVarint(joinedAt);
    out.writeVarint(labels.size());
    labels.forEach(out::writeString);
    out.writeVarint(pools.size());
    for (Pool pool : pools) {
      out.writeString(pool.kind());
      out.writeVarint(pool.slotsMin());
      out.writeVarint(pool.slotsMax());
    }
  }

  public static NodeRecord decode(Input in) {
    String name = in.readString();
    NodeInfo.State state = NodeInfo.State.valueOf(in.readString());
    String version = in.readString();
    long joinedAt = in.readVarint();
    List<String> labels = new ArrayList<>();
    for (int i = in.readVarint32(); i > 0; i--) {
      labels.add(in.readString());
    }
    List<Pool> pools = new ArrayList<>();
    for (int i = in.readVarint32(); i > 0; i--) {
      pools.add(new Pool(in.readString(), in.readVarint32(), in.readVarint32()));
    }
    return new NodeRecord(name, state, version, joinedAt, labels, pools);
  }
}
