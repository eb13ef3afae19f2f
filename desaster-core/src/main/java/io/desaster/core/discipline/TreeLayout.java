/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.core.state.QueueRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the queues of a kind into its configured tree: a leaf keeps the smaller of its own and its
 * queue's {@code max-running}, and below the class for all others these get equal places with the
 * settings they have. All classes but leaves get a star at the end of their name, so that none can
 * be taken for a queue.
 */
public final class TreeLayout {
  /** The class below which queues go that the tree does not name. */
  public static final String HOME = TreeConfig.DEFAULT + '*';

  private final TreeConfig config;
  private final Map<String, QueueRecord> queues = new HashMap<>();
  private final List<QueueRecord> others = new ArrayList<>();

  private TreeLayout(TreeConfig config, Collection<QueueRecord> queues) {
    this.config = config;
    for (QueueRecord queue : queues) {
      if (config.leaves().contains(queue.name())) {
        this.queues.put(queue.name(), queue);
      } else {
        others.add(queue);
      }
    }
  }

  /** The tree without configuration: all queues take turns. */
  public static DisciplineSpec unconfigured(Collection<QueueRecord> queues) {
    return new DisciplineSpec.Drr(
        queues.stream().map(queue -> place(queue, leaf(queue, null))).toList());
  }

  /**
   * The configured tree with these queues in it.
   *
   * @param slots usable slots of the kind, by which slot rates are scaled down; 0 leaves them
   */
  public static DisciplineSpec of(TreeConfig config, int slots, Collection<QueueRecord> queues) {
    return new TreeLayout(config, queues).walk(SlotRates.scaled(config.spec(), slots), "");
  }

  /**
   * The discipline of a queue that the tree does not name: that of the class it is in, or if this
   * has none but {@code fifo}, the one the queue is set to.
   *
   * @param config null if there is none
   */
  public static DisciplineSpec leaf(QueueRecord queue, TreeConfig config) {
    return config == null || config.defaultLeaf() instanceof DisciplineSpec.Fifo
        ? new DisciplineSpec.Named(queue.settings().discipline())
        : config.defaultLeaf();
  }

  private static DisciplineSpec.ClassSpec place(QueueRecord queue, DisciplineSpec leaf) {
    return new DisciplineSpec.ClassSpec(
        queue.name(), queue.settings().quantum(), queue.settings().maxRunning(), leaf);
  }

  private DisciplineSpec walk(DisciplineSpec spec, String name) {
    if (spec instanceof DisciplineSpec.Prio prio) {
      return new DisciplineSpec.Prio(prio.bands().stream().map(this::walk).toList());
    } else if (spec instanceof DisciplineSpec.Drr drr) {
      return new DisciplineSpec.Drr(drr.classes().stream().map(this::walk).toList());
    } else if (spec instanceof DisciplineSpec.Htb htb) {
      return new DisciplineSpec.Htb(
          htb.classes().stream().map(this::walk).toList(),
          htb.r2q(),
          htb.chargeRun(),
          htb.estimateNanos());
    } else if (spec instanceof DisciplineSpec.Tbf tbf) {
      DisciplineSpec inside = walk(tbf.qdisc(), name.isEmpty() ? tbf.name() : name);
      boolean alias = !name.isEmpty() && !tbf.name().isEmpty();
      return new DisciplineSpec.Tbf(
          alias ? tbf.name() + '*' : own(tbf.name(), inside),
          tbf.rate(),
          tbf.burst(),
          tbf.maxRunning(),
          inside);
    } else if (name.equals(TreeConfig.DEFAULT)) {
      return new DisciplineSpec.Drr(
          others.stream().map(queue -> place(queue, leaf(queue, config))).toList());
    }
    return spec;
  }

  private DisciplineSpec.ClassSpec walk(DisciplineSpec.ClassSpec one) {
    DisciplineSpec inside = walk(one.qdisc(), one.name());
    return new DisciplineSpec.ClassSpec(
        own(one.name(), inside),
        one.quantum(),
        limit(one.name(), one.maxRunning(), inside),
        inside);
  }

  private DisciplineSpec.HtbClassSpec walk(DisciplineSpec.HtbClassSpec one) {
    boolean inner = !one.classes().isEmpty();
    DisciplineSpec inside = inner ? null : walk(one.qdisc(), one.name());
    return new DisciplineSpec.HtbClassSpec(
        inner ? one.name() + '*' : own(one.name(), inside),
        one.rate(),
        one.ceil(),
        one.burst(),
        one.cburst(),
        one.prio(),
        one.quantum(),
        inner ? one.maxRunning() : limit(one.name(), one.maxRunning(), inside),
        one.classes().stream().map(this::walk).toList(),
        inside);
  }

  private int limit(String name, int maxRunning, DisciplineSpec inside) {
    QueueRecord queue = holdsJobs(inside) ? queues.get(name) : null;
    return queue == null
        ? maxRunning
        : TreeBuilder.smaller(maxRunning, queue.settings().maxRunning());
  }

  private static String own(String name, DisciplineSpec inside) {
    return name.isEmpty() || holdsJobs(inside) ? name : name + '*';
  }

  private static boolean holdsJobs(DisciplineSpec spec) {
    if (spec instanceof DisciplineSpec.Tbf tbf) {
      return holdsJobs(tbf.qdisc());
    }
    return !(spec instanceof DisciplineSpec.Prio
        || spec instanceof DisciplineSpec.Drr
        || spec instanceof DisciplineSpec.Htb);
  }
}
