/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.tree.TreeInfo;
import io.desaster.core.command.ApplyTree;
import io.desaster.core.command.DrainNode;
import io.desaster.core.forecast.LiveJobs;
import io.desaster.core.scheduler.SchedulerRig;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ScaledTreeExplanationTest {
  private static final String TREE =
      "{\"kind\":\"htb\",\"charge\":\"run\",\"classes\":[{\"id\":\"default\",\"rate\":2}]}";

  private final SchedulerRig rig = SchedulerRig.withSlots(1);

  private List<String> explained(JobId id) {
    LiveJobs live = new LiveJobs();
    rig.state().forEachJob(job -> live.jobChanged(null, job));
    return Explanation.of(rig.state(), live, rig.state().job(id.high(), id.low()), "");
  }

  @Test
  void shouldSayThatSlotRatesAreScaledDownWhenAJobWaits() {
    rig.announce("web2", 1);
    rig.<TreeInfo>ask(
        reply -> new ApplyTree("shell", TREE, false, OptionalLong.empty(), "ada", reply));
    JobId waits = null;
    for (int i = 0; i < 4; i++) {
      waits = rig.submit(JobSpec.shell("true"));
    }
    assertThat(explained(waits)).noneMatch(line -> line.contains("scaled"));

    rig.<Void>ask(reply -> new DrainNode("web2", true, reply));

    assertThat(explained(waits))
        .contains(
            "slot rates are scaled down to 50 %: kind shell has 1 usable slots, fewer than its"
                + " classes are promised");
  }
}
