/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Discipline;
import io.desaster.api.spi.QueuedJob;
import java.util.Arrays;
import java.util.List;

/** A class that holds jobs, in a discipline of its own. What its owner keeps of it is a handle. */
public final class Leaf extends Node {
  private Discipline discipline;
  private DisciplineSpec spec;
  private List<String> attachments = Needs.ANY_POOL;
  private boolean paused;
  private boolean hidden;

  /** Jobs of need 0, the others' counts are in arrays. */
  private int plainCount;

  private boolean plainWithheld;
  private int[] counts = new int[1];
  private boolean[] withheld = new boolean[1];
  private boolean anyWithheld;

  /** The largest order and priority number among jobs that came since it was empty. */
  private long lastOrder = Long.MAX_VALUE;

  private int lastPriority;
  private boolean wakes;
  private final Timer wakeup = new Wakeup();

  private final class Wakeup extends Timer {
    @Override
    void fire() {
      review();
    }
  }

  Leaf(ClassTree tree, String name, DisciplineSpec spec, Discipline discipline) {
    super(tree, name);
    this.spec = spec;
    this.discipline = discipline;
  }

  /** Name of the class. */
  public String name() {
    return name;
  }

  public Discipline discipline() {
    return discipline;
  }

  /** The discipline of the configuration, which may not have all jobs yet. */
  public Discipline target() {
    return discipline instanceof Moving moving ? moving.target() : discipline;
  }

  /** Jobs that wait here. */
  public int size() {
    return backlog;
  }

  public int running() {
    return running;
  }

  Timer wakeup() {
    return wakeup;
  }

  DisciplineSpec spec() {
    return spec;
  }

  List<String> attachments() {
    return attachments;
  }

  @Override
  boolean has(int need) {
    if (need == 0) {
      return plainCount > 0 && !plainWithheld;
    }
    return need < counts.length && counts[need] > 0 && !withheld[need];
  }

  @Override
  QueuedJob head(int need) {
    return discipline.peek(tree.needs().slot(need), tree.now());
  }

  @Override
  boolean mayStart() {
    return !paused && !hidden && super.mayStart();
  }

  void setPaused(boolean newPaused) {
    paused = newPaused;
    regate();
  }

  /** For as long as a slot is offered that does not want this queue. */
  void setHidden(boolean newHidden) {
    hidden = newHidden;
    regate();
  }

  void setAttachments(List<String> newAttachments) {
    if (attachments.equals(newAttachments)) {
      return;
    }
    Needs needs = tree.needs();
    List<String> old = attachments;
    attachments = List.copyOf(newAttachments);
    if (attachments.equals(Needs.ANY_POOL)) {
      attachments = Needs.ANY_POOL;
    }
    int limit = counts.length;
    for (int need = 0; need < limit; need++) {
      int jobs = count(need);
      if (jobs > 0 && needs.attachments(need).equals(old)) {
        int other = needs.enter(needs.demand(need), attachments);
        needs.enter(other, jobs - 1);
        add(need, -jobs);
        needs.leave(need, jobs);
        add(other, jobs);
      }
    }
    review();
  }

  private int count(int need) {
    return need == 0 ? plainCount : counts[need];
  }

  /** Whether a job of it may start, as far as the leaf is concerned. */
  boolean offersAny() {
    for (int need = 0; need < counts.length; need++) {
      if (offers(need)) {
        return true;
      }
    }
    return false;
  }

  /** Counts jobs of this need in or out. */
  void add(int need, int jobs) {
    if (need == 0) {
      boolean had = plainCount > 0 && !plainWithheld;
      plainCount += jobs;
      plainWithheld = discipline.mayWithhold() && plainCount > 0 && head(0) == null;
      anyWithheld |= plainWithheld;
      boolean has = plainCount > 0 && !plainWithheld;
      if (had != has) {
        flipped(0, has);
      }
      return;
    }
    if (need >= counts.length) {
      int limit = tree.needs().limit();
      counts = Arrays.copyOf(counts, limit);
      withheld = Arrays.copyOf(withheld, limit);
    }
    boolean had = has(need);
    counts[need] += jobs;
    withheld[need] = discipline.mayWithhold() && counts[need] > 0 && head(need) == null;
    anyWithheld |= withheld[need];
    boolean has = has(need);
    if (had != has) {
      flipped(need, has);
    }
  }

  /** Something about its jobs changed: looks again what may start. */
  void review() {
    settle();
    for (Node node = this; node.parent != null; node = node.parent) {
      node.parent.headChanged(node);
    }
  }

  /**
   * Whether the job that was just added comes behind all others, so that it is the first of its
   * flow only if it is alone.
   */
  boolean isLast(QueuedJob job) {
    boolean alone = backlog == 1;
    boolean last = alone || job.order() > lastOrder && job.priority() >= lastPriority;
    lastOrder = alone ? job.order() : Math.max(lastOrder, job.order());
    lastPriority = alone ? job.priority() : Math.max(lastPriority, job.priority());
    return last;
  }

  /** The same after this job, the last of all, has come. */
  void reviewWith(QueuedJob added, int need) {
    settle();
    for (Node node = this; node.parent != null; node = node.parent) {
      node.parent.jobAdded(node, need, added);
    }
  }

  private void settle() {
    if (anyWithheld || discipline.mayWithhold()) {
      anyWithheld = false;
      for (int need = 0; need < counts.length; need++) {
        if (count(need) > 0) {
          add(need, 0);
        }
      }
    }
    long next = discipline.nextWakeupNanos(tree.now());
    if (wakes || next != Discipline.NO_WAKEUP) {
      tree.setTimer(wakeup, next);
      wakes = next != Discipline.NO_WAKEUP;
    }
  }

  /** Changes the discipline's parameters or, if that cannot be, replaces it with all its jobs. */
  void change(DisciplineSpec newSpec, Discipline fresh) {
    spec = newSpec;
    if (!discipline.change(fresh, tree.now())) {
      if (discipline instanceof Moving moving) {
        // Two moves at once are too much: this one is over now.
        moving.slice(Integer.MAX_VALUE, tree.now());
        discipline = moving.target();
      }
      if (discipline instanceof Movable old && old.size() > tree.sliceMax()) {
        setMoving(new Moving(old, fresh, tree.now()));
      } else {
        discipline.forEach(job -> fresh.enqueue(job, tree.now()));
        discipline = fresh;
        tree.setMoving(this, false);
      }
    }
    review();
  }

  /** Moves up to so many of them. */
  void slice(int jobs) {
    Moving moving = (Moving) discipline;
    moving.slice(jobs, tree.now());
    if (moving.over()) {
      discipline = moving.target();
      tree.setMoving(this, false);
    }
    review();
  }

  /** A move that was under way; the jobs are not counted yet. */
  void setMoving(Moving moving) {
    discipline = moving;
    tree.setMoving(this, true);
  }
}
