/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Demand;
import io.desaster.api.spi.Slot;
import java.util.Arrays;
import java.util.List;

/**
 * The distinct demands of the jobs present, each with a small number that is used again when its
 * last job is gone. Jobs of the same demand in queues with different attachments have different
 * needs. Looking one up reads through the list: there are few.
 */
final class Needs {
  static final List<String> ANY_POOL = List.of("*");

  private Demand[] demands = {Demand.NONE};
  private List<String>[] attachments = first();

  /** Of need 0, jobs without demand for any pool, the count is in a field of its own. */
  private int[] counts = {0};

  private int plainCount;
  private int limit = 1;
  private Slot[] slots = {null};
  private final Met single = new Met();

  /** Needs that a slot meets. */
  static final class Met {
    int[] ids = new int[4];
    int count;

    void add(int id) {
      if (count == ids.length) {
        ids = Arrays.copyOf(ids, count * 2);
      }
      ids[count++] = id;
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static List<String>[] first() {
    return new List[] {ANY_POOL};
  }

  /** All numbers given so far are smaller. */
  int limit() {
    return limit;
  }

  /** Counts a job in; the number of its need. */
  int enter(Demand demand, List<String> attachment) {
    if (demand == Demand.NONE && attachment == ANY_POOL) {
      plainCount++;
      return 0;
    }
    int id = find(demand, attachment);
    if (id < 0) {
      id = free();
      demands[id] = demand;
      attachments[id] = attachment;
      slots[id] = null;
    }
    enter(id, 1);
    return id;
  }

  void enter(int id, int jobs) {
    if (id == 0) {
      plainCount += jobs;
    } else {
      counts[id] += jobs;
    }
  }

  void leave(int id) {
    enter(id, -1);
  }

  void leave(int id, int jobs) {
    enter(id, -jobs);
  }

  /** The number of the need, or -1 if there is no such job. */
  int find(Demand demand, List<String> attachment) {
    if (demand == Demand.NONE && attachment == ANY_POOL) {
      return 0;
    }
    for (int id = 0; id < counts.length; id++) {
      if ((counts[id] > 0 || id == 0)
          && (demands[id] == demand || demands[id].equals(demand))
          && (attachments[id] == attachment || attachments[id].equals(attachment))) {
        return id;
      }
    }
    return -1;
  }

  private int free() {
    for (int id = 1; id < counts.length; id++) {
      if (counts[id] == 0) {
        return id;
      }
    }
    int id = counts.length;
    demands = Arrays.copyOf(demands, id + 1);
    attachments = Arrays.copyOf(attachments, id + 1);
    counts = Arrays.copyOf(counts, id + 1);
    slots = Arrays.copyOf(slots, id + 1);
    limit = id + 1;
    return id;
  }

  Demand demand(int id) {
    return demands[id];
  }

  List<String> attachments(int id) {
    return attachments[id];
  }

  /** Those of all jobs present. */
  void all(Met into) {
    into.count = 0;
    for (int id = 0; id < limit; id++) {
      if (id == 0 ? plainCount > 0 : counts[id] > 0) {
        into.add(id);
      }
    }
  }

  void collect(Slot slot, Met into) {
    into.count = 0;
    if (plainCount > 0 && slot.meets(Demand.NONE)) {
      into.add(0);
    }
    for (int id = 1; id < limit; id++) {
      if (counts[id] > 0
          && slot.meets(demands[id])
          && (attachments[id] == ANY_POOL || slot.attached(attachments[id]))) {
        into.add(id);
      }
    }
  }

  /** This need alone; good until the next call. */
  Met only(int id) {
    single.count = 0;
    single.add(id);
    return single;
  }

  /** A slot that meets this need and no other. */
  Slot slot(int id) {
    if (slots[id] == null) {
      Demand only = demands[id];
      slots[id] = demand -> demand == only || demand.equals(only);
    }
    return slots[id];
  }
}
