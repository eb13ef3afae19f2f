/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.api.queue.Pause;
import io.desaster.api.spi.Demand;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.QueueRecord;
import java.util.ArrayList;
import java.util.List;

/** What must change before a job can start, whatever others do; empty if nothing must. */
final class Obstacle {
  private Obstacle() {}

  static String of(Picture picture, JobRecord job) {
    QueueRecord queue = picture.queue(job.queueId()).record();
    Pause pause = queue.pause();
    if (pause != null && pause.until().isEmpty()) {
      return "queue " + queue.name() + " is paused until somebody resumes it";
    }
    return pools(picture.pools(), queue, job);
  }

  private static String pools(List<Picture.Pool> pools, QueueRecord queue, JobRecord job) {
    boolean attached = false;
    boolean meets = false;
    for (Picture.Pool pool : pools) {
      boolean serves = pool.slots() > 0 && pool.serves(queue);
      attached |= serves;
      meets |= serves && pool.meets(job.demand());
    }
    if (pools.isEmpty()) {
      return queue.kind().equals("remote")
          ? "no worker is known that takes jobs of kind remote"
          : "no node runs jobs of kind " + queue.kind();
    } else if (!attached) {
      return "no pool with slots serves queue " + queue.name();
    } else if (!meets) {
      return "no pool that serves queue " + queue.name() + " " + demanded(job.demand());
    }
    return "";
  }

  private static String demanded(Demand demand) {
    List<String> parts = new ArrayList<>();
    if (!demand.label().isEmpty()) {
      parts.add("has role " + demand.label());
    }
    if (!demand.node().isEmpty()) {
      parts.add("is on node " + demand.node());
    }
    if (!demand.notNode().isEmpty()) {
      parts.add("is on another node than " + demand.notNode() + ", which the job left");
    }
    return String.join(" and ", parts);
  }
}
