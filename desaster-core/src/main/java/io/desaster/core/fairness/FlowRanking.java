/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import io.desaster.api.spi.Discipline;
import io.desaster.api.tree.TreeStats.FlowStats;
import io.desaster.api.tree.TreeStats.Share;
import io.desaster.core.discipline.FlowSharing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The flows of a queue, and of them those that matter most: with the most jobs waiting, and with
 * the most used.
 */
final class FlowRanking {
  private final Map<String, Flow> flows = new HashMap<>();
  private final boolean counted;
  private final boolean bySlots;
  private final int maxRunning;

  private static final class Flow {
    final String name;
    int waiting;
    int running;
    double weight = 1;
    double slots;
    double cost;

    Flow(String name) {
      this.name = name;
    }

    double used(boolean inSlots) {
      return inSlots ? slots : cost;
    }
  }

  /**
   * Reads the flows.
   *
   * @param bySlots what a discipline that does not share among flows is taken to share
   */
  FlowRanking(Discipline discipline, QueueMeter meter, Window window, boolean bySlots) {
    counted = discipline instanceof FlowSharing;
    if (discipline instanceof FlowSharing sharing) {
      sharing.readFlows(
          (name, waiting, running, weight) -> {
            Flow flow = flow(name);
            flow.waiting = waiting;
            flow.running = running;
            flow.weight = weight;
          });
      this.bySlots = sharing.sharesSlotTime();
      maxRunning = sharing.flowMaxRunning();
    } else {
      this.bySlots = bySlots;
      maxRunning = 0;
    }
    meter.flows.forEach(
        (name, use) -> {
          double slots = window.slots(use);
          double cost = window.cost(use);
          if (slots > 0 || cost > 0 || use.running() > 0 || flows.containsKey(name)) {
            Flow flow = flow(name);
            flow.slots = slots;
            flow.cost = cost;
            flow.running = counted ? flow.running : use.running();
          }
        });
    if (flows.size() == 1 && flows.containsKey("")) {
      flows.clear();
    }
  }

  private Flow flow(String name) {
    return flows.computeIfAbsent(name, Flow::new);
  }

  /**
   * At most so many, the most used first.
   *
   * @param leaf the queue's class, which knows its shares
   */
  List<FlowStats> top(int most, ShareNode leaf) {
    if (flows.isEmpty() || most == 0) {
      return List.of();
    }
    List<Flow> all = new ArrayList<>(flows.values());
    all.sort(Comparator.comparing((Flow flow) -> flow.name));
    double amount = leaf.bySlots == bySlots ? leaf.entitled : leaf.used(bySlots);
    double[] demands = all.stream().mapToDouble(this::demand).toArray();
    double[] weights = all.stream().mapToDouble(flow -> flow.weight).toArray();
    double[] caps = all.stream().mapToDouble(flow -> cap()).toArray();
    double[] guaranteed = Weights.share(caps, weights, amount);
    double[] entitled = Weights.share(demands, weights, amount);
    List<FlowStats> top = new ArrayList<>();
    for (Flow flow : chosen(all, most)) {
      int i = all.indexOf(flow);
      double may = entitled[i];
      if (demands[i] < cap() && demands.length > Entitlement.SIBLINGS_MAX) {
        may = Math.max(may, guaranteed[i]);
      } else if (demands[i] < cap()) {
        double[] asked = demands.clone();
        asked[i] = cap();
        may = Weights.share(asked, weights, amount)[i];
      }
      double used = flow.used(bySlots);
      top.add(
          new FlowStats(
              flow.name,
              counted ? flow.waiting : -1,
              flow.running,
              maxRunning,
              new Share(
                  bySlots ? Share.SLOTS : Share.COST,
                  guaranteed[i],
                  may,
                  used,
                  part(guaranteed[i], amount),
                  part(may, amount),
                  part(used, leaf.used(bySlots)))));
    }
    return top;
  }

  private static double part(double amount, double of) {
    return of > 0 ? amount / of : 0;
  }

  private double cap() {
    return bySlots && maxRunning > 0 ? maxRunning : Double.POSITIVE_INFINITY;
  }

  private double demand(Flow flow) {
    boolean full = maxRunning > 0 && flow.running >= maxRunning;
    return flow.waiting > 0 && !full ? cap() : Math.min(cap(), flow.used(bySlots));
  }

  private Set<Flow> chosen(List<Flow> all, int most) {
    Comparator<Flow> byUse = Comparator.comparingDouble(flow -> -flow.used(bySlots));
    List<Flow> used = all.stream().sorted(byUse).limit(most).toList();
    List<Flow> waiting =
        all.stream()
            .filter(flow -> flow.waiting > 0)
            .sorted(Comparator.comparingInt(flow -> -flow.waiting))
            .limit(most)
            .toList();
    Set<Flow> chosen = new LinkedHashSet<>();
    for (int i = 0; i < most && chosen.size() < most; i++) {
      if (i < waiting.size()) {
        chosen.add(waiting.get(i));
      }
      if (i < used.size() && chosen.size() < most) {
        chosen.add(used.get(i));
      }
    }
    List<Flow> sorted = new ArrayList<>(chosen);
    sorted.sort(byUse.thenComparing(flow -> -flow.waiting).thenComparing(flow -> flow.name));
    return new LinkedHashSet<>(sorted);
  }
}
