/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** The remote workers that are there, and how many slots they make together. */
public final class RemoteWorkers {
  /** The kind of the jobs that they run. */
  public static final String KIND = "remote";

  private final Map<String, WorkerRecord> workers = new TreeMap<>();
  private int usableSlots;
  private int knownSlots;

  /** By name. */
  public Collection<WorkerRecord> all() {
    return workers.values();
  }

  /** The worker of this name, or null if it is not there. */
  public WorkerRecord worker(String name) {
    return workers.get(name);
  }

  public int usableSlots() {
    return usableSlots;
  }

  /** As above; while no worker is there, what those had that were there last. */
  public int knownSlots() {
    return knownSlots;
  }

  void put(WorkerRecord after) {
    WorkerRecord before =
        after.slots() == 0 ? workers.remove(after.name()) : workers.put(after.name(), after);
    usableSlots += after.slots() - (before == null ? 0 : before.slots());
    if (usableSlots > 0) {
      knownSlots = usableSlots;
    }
  }

  void setKnownSlots(int slots) {
    knownSlots = slots;
  }
}
