/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What flows use: of all queues together the {@value #FLOWS_MAX} flows that started jobs last. The
 * meter of one that has to give way, the one that started nothing for longest and runs nothing, is
 * used for the next one.
 */
final class FlowMeters {
  static final int FLOWS_MAX = 2048;

  /** A flow that runs jobs is passed over, but not without end. */
  private static final int LOOKS_MAX = 8;

  private final Flow line = new Flow();
  private int size;

  /** A flow of a queue, in the line of all by their last start. */
  static final class Flow {
    final UseMeter use = new UseMeter();
    private String name;
    private OfQueue owner;
    private Flow later = this;
    private Flow earlier = this;
  }

  /** The flows of one queue. */
  final class OfQueue {
    private final Map<String, Flow> flows = new HashMap<>();
    private Flow recent;

    void started(String name, double cost, long nowNanos) {
      Flow flow = find(name);
      if (flow == null) {
        flow = newest(this, name, nowNanos);
        flows.put(name, flow);
        recent = flow;
      } else {
        toFront(flow);
      }
      flow.use.start(1, cost, nowNanos);
    }

    /** The flow may have been forgotten meanwhile. */
    void ended(String name, double costGivenBack, long nowNanos) {
      Flow flow = find(name);
      if (flow != null) {
        flow.use.end(costGivenBack, nowNanos);
      }
    }

    private Flow find(String name) {
      if (recent != null && recent.name.equals(name)) {
        return recent;
      }
      Flow flow = flows.get(name);
      if (flow != null) {
        recent = flow;
      }
      return flow;
    }

    /** The flow's use, or null if it is not known. */
    UseMeter use(String name) {
      Flow flow = flows.get(name);
      return flow == null ? null : flow.use;
    }

    void forEach(BiConsumer<String, UseMeter> action) {
      flows.forEach((name, flow) -> action.accept(name, flow.use));
    }

    /** The queue is no more. */
    void forget() {
      flows.values().forEach(FlowMeters::takeOut);
      size -= flows.size();
      flows.clear();
      recent = null;
    }
  }

  private Flow newest(OfQueue owner, String name, long nowNanos) {
    Flow flow = size < FLOWS_MAX ? new Flow() : leastRecent();
    if (flow.owner == null) {
      size++;
    } else {
      flow.owner.flows.remove(flow.name);
      flow.owner.recent = null;
      flow.use.clear(nowNanos);
    }
    flow.owner = owner;
    flow.name = name;
    toFront(flow);
    return flow;
  }

  private Flow leastRecent() {
    for (int look = 1; look < LOOKS_MAX && line.later.use.running() > 0; look++) {
      toFront(line.later);
    }
    return line.later;
  }

  private void toFront(Flow flow) {
    takeOut(flow);
    flow.later = line;
    flow.earlier = line.earlier;
    flow.earlier.later = flow;
    line.earlier = flow;
  }

  private static void takeOut(Flow flow) {
    flow.later.earlier = flow.earlier;
    flow.earlier.later = flow.later;
  }
}
