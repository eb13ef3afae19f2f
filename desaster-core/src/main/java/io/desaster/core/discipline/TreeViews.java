/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.job.JobState;
import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreeVersion;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Trees as users see them. */
public final class TreeViews {
  private static final double PERCENT = 100;

  private final State state;
  private final TreeConfig config;
  private final List<QueueState> queues;
  private final List<TreeInfo.ClassInfo> classes = new ArrayList<>();

  private TreeViews(State state, String kind, TreeConfig config) {
    this.state = state;
    this.config = config;
    this.queues =
        state.queues().stream().filter(queue -> queue.record().kind().equals(kind)).toList();
  }

  /** The kind's tree as it is. */
  public static TreeInfo of(State state, String kind) {
    return of(state, kind, state.tree(kind).present());
  }

  /** The kind's tree as it would be with this version. */
  public static TreeInfo of(State state, String kind, TreeVersion version) {
    int usable = state.usableSlots(kind);
    TreeConfig config = TreeConfig.read(version.text(), state.slotsFor(kind));
    TreeViews views = new TreeViews(state, kind, config);
    DisciplineSpec spec = SlotRates.scaled(config.spec(), state.slotsFor(kind));
    views.add(spec, "", 0, "", "");
    double factor = SlotRates.factor(config.spec(), state.slotsFor(kind));
    return new TreeInfo(kind, version, usable, note(kind, factor, usable), views.classes);
  }

  private static String note(String kind, double factor, int usable) {
    return factor == 1
        ? ""
        : "slot rates are scaled down to "
            + SlotRates.text(factor * PERCENT)
            + " %: kind "
            + kind
            + " has "
            + usable
            + " usable slots, fewer than its classes are promised";
  }

  /** Adds what is in a class; answers how many jobs wait and run there. */
  private long[] add(DisciplineSpec spec, String name, int depth, String rate, String ceil) {
    int row = classes.size();
    long[] jobs = new long[2];
    int below = name.isEmpty() ? depth : depth + 1;
    if (!name.isEmpty()) {
      // Its place; what is in it is known when those below are.
      classes.add(null);
    }
    addBelow(spec, name, below, jobs);
    if (!name.isEmpty()) {
      String shown = rate.isEmpty() ? rate(spec) : rate;
      boolean queue = config.leaves().contains(name) && !sharesAmongClasses(spec);
      classes.set(
          row,
          new TreeInfo.ClassInfo(name, depth, queue, words(spec), shown, ceil, jobs[0], jobs[1]));
    }
    return jobs;
  }

  private void addBelow(DisciplineSpec spec, String name, int depth, long[] jobs) {
    if (spec instanceof DisciplineSpec.Prio prio) {
      prio.bands().forEach(one -> sum(jobs, add(one.qdisc(), one.name(), depth, "", "")));
    } else if (spec instanceof DisciplineSpec.Drr drr) {
      drr.classes().forEach(one -> sum(jobs, add(one.qdisc(), one.name(), depth, "", "")));
    } else if (spec instanceof DisciplineSpec.Htb htb) {
      htb.classes().forEach(one -> sum(jobs, add(one, depth, htb.chargeRun())));
    } else if (spec instanceof DisciplineSpec.Tbf tbf) {
      if (name.isEmpty() && !tbf.name().isEmpty()) {
        sum(jobs, add(tbf.qdisc(), tbf.name(), depth, rate(tbf), ""));
      } else {
        addBelow(tbf.qdisc(), name, depth, jobs);
      }
    } else if (name.equals(TreeConfig.DEFAULT)) {
      others(depth, jobs);
    } else {
      QueueState queue = state.queue(name);
      if (queue != null && queues.contains(queue)) {
        sum(jobs, counts(queue));
      }
    }
  }

  private long[] add(DisciplineSpec.HtbClassSpec one, int depth, boolean run) {
    String rate = amount(one.rate(), run);
    String ceil = amount(one.ceil(), run);
    if (one.classes().isEmpty()) {
      return add(one.qdisc(), one.name(), depth, rate, ceil);
    }
    int row = classes.size();
    classes.add(null);
    long[] jobs = new long[2];
    one.classes().forEach(child -> sum(jobs, add(child, depth + 1, run)));
    classes.set(
        row, new TreeInfo.ClassInfo(one.name(), depth, false, "htb", rate, ceil, jobs[0], jobs[1]));
    return jobs;
  }

  private static String amount(double rate, boolean run) {
    String slots = rate == 1 ? " slot" : " slots";
    return SlotRates.text(rate) + (run ? slots : "/s");
  }

  private void others(int depth, long[] jobs) {
    for (QueueState queue : queues) {
      if (!config.leaves().contains(queue.record().name())) {
        long[] own = counts(queue);
        classes.add(
            new TreeInfo.ClassInfo(
                queue.record().name(),
                depth,
                true,
                words(TreeLayout.leaf(queue.record(), config)),
                "",
                "",
                own[0],
                own[1]));
        sum(jobs, own);
      }
    }
  }

  private static long[] counts(QueueState queue) {
    return new long[] {queue.count(JobState.QUEUED), queue.count(JobState.RUNNING)};
  }

  private static void sum(long[] into, long[] more) {
    into[0] += more[0];
    into[1] += more[1];
  }

  private static String rate(DisciplineSpec spec) {
    return spec instanceof DisciplineSpec.Tbf tbf ? SlotRates.text(tbf.rate()) + "/s" : "";
  }

  private static boolean sharesAmongClasses(DisciplineSpec spec) {
    return spec instanceof DisciplineSpec.Tbf tbf
        ? sharesAmongClasses(tbf.qdisc())
        : spec instanceof DisciplineSpec.Prio
            || spec instanceof DisciplineSpec.Drr
            || spec instanceof DisciplineSpec.Htb;
  }

  private static String words(DisciplineSpec spec) {
    if (spec instanceof DisciplineSpec.Named named) {
      return named.words();
    }
    String kind = spec.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    return spec instanceof DisciplineSpec.Tbf tbf ? kind + " " + words(tbf.qdisc()) : kind;
  }
}
