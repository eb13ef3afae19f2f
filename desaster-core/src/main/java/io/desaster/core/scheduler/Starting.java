/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobOptions;
import io.desaster.api.queue.QueueSettings;
import io.desaster.api.spi.AttemptOrder;
import io.desaster.core.event.AttemptStarted;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.QueueRecord;

/** Gives a slot to a job. */
final class Starting {
  private Starting() {}

  static void start(Turn turn, JobRecord job, Pool pool) {
    int attempt = job.course().lastNumber() + 1;
    turn.emit(new AttemptStarted(job.high(), job.low(), attempt, pool.name()));
    QueueRecord queue = turn.queueOf(job).record();
    if (turn.settings().localKinds().contains(queue.kind())) {
      turn.start(queue.kind(), order(turn, job, attempt, queue), job.largePayload());
    } else {
      turn.takes().started(pool, job, attempt);
    }
  }

  private static AttemptOrder order(Turn turn, JobRecord job, int attempt, QueueRecord queue) {
    JobOptions options = job.options();
    QueueSettings settings = queue.settings();
    return new AttemptOrder(
        job.id(),
        attempt,
        turn.settings().epoch(),
        queue.name(),
        options.key(),
        job.inlinePayload(),
        timeoutMillis(job, settings),
        graceMillis(job, settings),
        options.limits().orElse(settings.limits()));
  }

  static long timeoutMillis(JobRecord job, QueueSettings settings) {
    long own = job.options().timeoutMillis();
    return own > 0 ? own : settings.timeout().toMillis();
  }

  static long graceMillis(JobRecord job, QueueSettings settings) {
    long own = job.options().graceMillis();
    return own > 0 ? own : settings.grace().toMillis();
  }
}
