/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.core.query.CommittedCopy;
import io.desaster.core.scheduler.SchedulerRig;
import java.util.Map;

/** What a forecaster of kind {@code shell} would see now. */
final class Pictures {
  private Pictures() {}

  static Picture of(SchedulerRig rig, CommittedCopy copy) {
    Draft draft =
        new Draft(
            rig.committed().state(),
            copy.live(),
            copy.experience(),
            copy.usage("shell"),
            "shell",
            Map.of(),
            rig.now().toEpochMilli());
    draft.look();
    draft.findHistories(copy.experience());
    return draft.picture();
  }
}
