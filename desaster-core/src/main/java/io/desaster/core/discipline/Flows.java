/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.QueuedJob;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The flows of a leaf by name. Most calls are about the flow of the call before, which is found
 * without looking it up.
 *
 * <p>They stand in a list in which those that came after each other are neighbours, beside the
 * table that finds them (open addressing, linear probing). A collector that moves objects follows
 * the list first, so flows lie in memory in about the order in which they take turns, and a turn's
 * cache misses are fetched ahead; in the order of a hash they are not, and a start among 10,000
 * flows with 1,000,000 jobs takes some times as long.
 */
final class Flows<F extends Flows.Flow> {
  private final ArrayList<F> all = new ArrayList<>();
  private final ArrayList<F> busy = new ArrayList<>();
  private Flow[] table = new Flow[8];
  private F recent;

  /** A flow, which is its own {@link Head} for need 0. */
  static class Flow extends FlowQueue {
    private static final Head[] NO_HEADS = {};

    String name;
    private int hash;
    private int running;

    /** Among all. */
    private int at;

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
  @SuppressWarnings("unchecked")
  F find(String name) {
    F found = recent;
    if (found == null || found.name != name) {
      found = (F) table[place(name, hash(name))];
      recent = found;
    }
    return found;
  }

  /** The first job that the flow of this name has for such needs, or null. */
  QueuedJob first(String name, Needs.Met met) {
    F flow = find(name);
    return flow == null ? null : flow.first(met);
  }

  private static int hash(String name) {
    int hash = name.hashCode() * 0x9E3779B9;
    return hash ^ hash >>> 16;
  }

  /** Where in the table it is or belongs. */
  private int place(String name, int hash) {
    int mask = table.length - 1;
    int place = hash & mask;
    while (table[place] != null && !(table[place].hash == hash && table[place].name.equals(name))) {
      place = (place + 1) & mask;
    }
    return place;
  }

  /** The next call will be about this one. */
  void expect(F flow) {
    recent = flow;
  }

  void add(F flow, String name) {
    Flow added = flow;
    added.name = name;
    added.hash = hash(name);
    added.at = all.size();
    all.add(flow);
    if (all.size() * 2 > table.length) {
      table = new Flow[table.length * 2];
      all.forEach(one -> table[place(one.name, ((Flow) one).hash)] = one);
    } else {
      table[place(name, added.hash)] = flow;
    }
    recent = flow;
  }

  void remove(F flow) {
    recent = null;
    Flow removed = flow;
    F last = all.remove(all.size() - 1);
    if (last != flow) {
      all.set(removed.at, last);
      ((Flow) last).at = removed.at;
    }
    int mask = table.length - 1;
    int hole = place(removed.name, removed.hash);
    table[hole] = null;
    for (int place = (hole + 1) & mask; table[place] != null; place = (place + 1) & mask) {
      // It may fill the hole unless its home lies between the hole and its place.
      if (((place - table[place].hash) & mask) >= ((place - hole) & mask)) {
        table[hole] = table[place];
        table[place] = null;
        hole = place;
      }
    }
  }

  void clear() {
    all.clear();
    table = new Flow[8];
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
    return all;
  }

  List<F> sortedByName() {
    return all.stream().sorted(Comparator.comparing(flow -> flow.name)).toList();
  }
}
