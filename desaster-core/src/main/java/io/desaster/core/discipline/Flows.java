/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The flows of a leaf by name. Most calls are about the flow of the call before, which is found
 * without looking it up.
 */
final class Flows<F extends Flows.Flow> {
  private final Map<String, F> byName = new HashMap<>();
  private final ArrayList<F> busy = new ArrayList<>();
  private F recent;

  /** A flow, which is its own {@link Head} for need 0. */
  static class Flow extends FlowQueue {
    private static final Head[] NO_HEADS = {};

    String name;
    private int running;

    /** Among those that run jobs. */
    private int busyAt;

    private Head[] heads = NO_HEADS;

    Flow() {
      super(false);
    }

    final int running() {
      return running;
    }

    /** What stands for it in the heap of this need, or null. */
    final KeyHeap.Item head(int need) {
      return need == 0 ? this : need < heads.length ? heads[need] : null;
    }

    final KeyHeap.Item requireHead(int need) {
      KeyHeap.Item head = head(need);
      if (head == null) {
        head = new Head(this);
        heads = Arrays.copyOf(heads, Math.max(heads.length, need + 1));
        heads[need] = (Head) head;
      }
      return head;
    }
  }

  /** A flow's place in a heap of another need than 0. */
  private static final class Head extends KeyHeap.Item {
    private final Flow flow;

    Head(Flow flow) {
      this.flow = flow;
    }
  }

  /** The flow that stands first in this heap. */
  @SuppressWarnings("unchecked")
  F first(KeyHeap<KeyHeap.Item> heap) {
    KeyHeap.Item first = heap.min();
    return (F) (first instanceof Head head ? head.flow : first);
  }

  /** Null if there is none. */
  F find(String name) {
    F found = recent;
    if (found == null || found.name != name) {
      found = byName.get(name);
      recent = found;
    }
    return found;
  }

  /** The next call will be about this one. */
  void expect(F flow) {
    recent = flow;
  }

  void add(F flow, String name) {
    flow.name = name;
    byName.put(name, flow);
    recent = flow;
  }

  void remove(F flow) {
    byName.remove(flow.name);
    recent = null;
  }

  void clear() {
    byName.clear();
    recent = null;
  }

  void started(F flow) {
    setRunning(flow, flow.running() + 1);
  }

  void ended(F flow) {
    setRunning(flow, flow.running() - 1);
  }

  void setRunning(F flow, int running) {
    Flow changed = flow;
    if (changed.running == 0 && running > 0) {
      changed.busyAt = busy.size();
      busy.add(flow);
    } else if (changed.running > 0 && running == 0) {
      F last = busy.remove(busy.size() - 1);
      if (last != flow) {
        busy.set(changed.busyAt, last);
        ((Flow) last).busyAt = changed.busyAt;
      }
    }
    changed.running = running;
  }

  /** Those that run jobs, in no order. */
  Collection<F> busy() {
    return busy;
  }

  Collection<F> all() {
    return byName.values();
  }

  List<F> sortedByName() {
    return byName.values().stream().sorted(Comparator.comparing(flow -> flow.name)).toList();
  }
}
