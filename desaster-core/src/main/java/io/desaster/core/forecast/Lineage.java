/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobState;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which BLOCKED jobs of a picture wait for which others. It is filled on the thread that owns the
 * state; once it is {@linkplain #settle settled} nothing in it changes.
 */
final class Lineage {
  private final Map<Long, List<JobRecord>> parents = new HashMap<>();
  private final Map<Long, String> obstacles = new HashMap<>();
  private final Map<Long, List<Integer>> children = new HashMap<>();
  private int[] waitsFor = {};

  /**
   * Adds a job that is BLOCKED.
   *
   * @param queueIds queues of the kind of which there is a picture
   */
  void add(JobRecord child, State state, Set<Integer> queueIds) {
    List<JobRecord> found = new ArrayList<>();
    for (JobId id : new HashSet<>(child.options().after())) {
      JobHead head = state.head(id.high(), id.low());
      if (head == null || head.state() != JobState.SUCCEEDED) {
        JobRecord parent = state.job(id.high(), id.low());
        if (parent == null) {
          obstacles.put(child.order(), "job " + id + ", which it waits for, is not known any more");
        } else if (!queueIds.contains(parent.queueId())) {
          String kind = state.queue(parent.queueId()).record().kind();
          obstacles.put(
              child.order(), "job " + id + ", which it waits for, is of another kind, " + kind);
        } else {
          found.add(parent);
        }
      }
    }
    parents.put(child.order(), found);
  }

  /** Gives everything its place among the jobs of the picture. */
  void settle(JobRecord[] jobs) {
    if (parents.isEmpty()) {
      return;
    }
    waitsFor = new int[jobs.length];
    for (int i = 0; i < jobs.length; i++) {
      List<JobRecord> of = parentsOf(jobs[i]);
      waitsFor[i] = of.size();
      for (JobRecord parent : of) {
        children.computeIfAbsent(parent.order(), order -> new ArrayList<>()).add(i);
      }
    }
    inherit(jobs);
  }

  /** What keeps a job keeps those that wait for it. */
  private void inherit(JobRecord[] jobs) {
    Deque<JobRecord> kept = new ArrayDeque<>();
    Map<Long, String> roots = new HashMap<>();
    for (JobRecord job : jobs) {
      if (obstacles.containsKey(job.order())) {
        kept.add(job);
      }
    }
    while (!kept.isEmpty()) {
      JobRecord parent = kept.remove();
      // Of a chain its two ends are named.
      String root = roots.getOrDefault(parent.order(), obstacle(parent));
      for (int place : childrenOf(parent.order())) {
        JobRecord child = jobs[place];
        if (obstacles.putIfAbsent(child.order(), inherited(parent, root)) == null) {
          roots.put(child.order(), root);
          kept.add(child);
        }
      }
    }
  }

  /** For how many jobs each one waits, to be counted down; null: none waits for another. */
  int[] waitsFor() {
    return waitsFor.length == 0 ? null : waitsFor.clone();
  }

  /** Places of the jobs that wait for the one of this order. */
  List<Integer> childrenOf(long order) {
    return children.getOrDefault(order, List.of());
  }

  /** Those of this kind for which a job waits. */
  List<JobRecord> parentsOf(JobRecord job) {
    return parents.getOrDefault(job.order(), List.of());
  }

  /** Why nothing can be said of when a job is not BLOCKED any more; empty if something can. */
  String obstacle(JobRecord job) {
    return obstacles.getOrDefault(job.order(), "");
  }

  /** What keeps the parent keeps the child. */
  static String inherited(JobRecord parent, String obstacle) {
    return "nobody knows when job " + parent.id() + ", which it waits for, ends: " + obstacle;
  }
}
