/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.spi.Demand;
import io.desaster.api.spi.Slot;
import io.desaster.core.state.Attachment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The slots of one kind in one place, and how many of them are used. */
public final class Pool implements Slot {
  private static final int ATTACHMENTS_MAX = 1024;

  private final String kind;
  private final String node;
  private final String name;
  private final ConcurrencyLimits limits;
  private Set<String> labels;
  private Set<String> onlyQueues = Set.of();
  private int slots;
  private int used;
  private boolean held;
  private final Map<List<String>, Boolean> attached = new HashMap<>();

  public Pool(String kind, String node, List<String> labels, ConcurrencyLimits limits) {
    this.kind = kind;
    this.node = node;
    this.name = kind + "@" + node;
    this.labels = new HashSet<>(labels);
    this.limits = limits;
  }

  String kind() {
    return kind;
  }

  public String node() {
    return node;
  }

  public String name() {
    return name;
  }

  Set<String> labels() {
    return labels;
  }

  public int slots() {
    return slots;
  }

  public int used() {
    return used;
  }

  /** Slots that may be given to jobs now. */
  public int free() {
    return held ? 0 : slots - used;
  }

  boolean held() {
    return held;
  }

  /** Whether its worker has no room to start anything. */
  void setHeld(boolean without) {
    held = without;
  }

  public void setSlots(int number) {
    slots = number;
  }

  void setLabels(List<String> newLabels) {
    labels = new HashSet<>(newLabels);
    attached.clear();
  }

  /** Serves only the queues of these names; none named: all that are attached to it. */
  public void setOnlyQueues(List<String> names) {
    onlyQueues = Set.copyOf(names);
  }

  public void take() {
    used++;
  }

  public void give() {
    used--;
  }

  @Override
  public boolean meets(Demand demand) {
    return demand == Demand.NONE
        || (demand.label().isEmpty() || labels.contains(demand.label()))
            && (demand.node().isEmpty() || demand.node().equals(node))
            && (demand.notNode().isEmpty() || !demand.notNode().equals(node))
            && limits.hasRoom(demand.limit());
  }

  @Override
  public boolean attached(List<String> attachments) {
    Boolean known = attached.get(attachments);
    if (known == null) {
      if (attached.size() >= ATTACHMENTS_MAX) {
        attached.clear();
      }
      known = Attachment.attached(attachments, name, labels);
      attached.put(attachments, known);
    }
    return known;
  }

  @Override
  public boolean wants(String queue) {
    return onlyQueues.isEmpty() || onlyQueues.contains(queue);
  }
}
