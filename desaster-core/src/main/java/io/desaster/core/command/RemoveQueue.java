/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.JobState;
import io.desaster.core.event.QueueDestroyed;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import io.desaster.core.state.QueueState;

/** Removes a queue that holds no jobs, finished ones included. Answers false if it holds some. */
public record RemoveQueue(String name, Reply<Boolean> reply) implements Command {
  @Override
  public void decide(Turn turn) {
    QueueState queue = turn.state().queue(name);
    if (queue == null) {
      turn.refuse(reply, ChangeQueue.notFound(name));
      return;
    }
    long jobs = 0;
    for (JobState state : JobState.values()) {
      jobs += queue.count(state);
    }
    if (queue.count(JobState.RUNNING) > 0) {
      turn.refuse(
          reply,
          ErrorCode.STATE,
          "queue '"
              + name
              + "' has "
              + queue.count(JobState.RUNNING)
              + " running jobs; it takes no new ones, wait for these or cancel them, then destroy it");
      return;
    }
    if (jobs == 0) {
      turn.emit(new QueueDestroyed(queue.record().id()));
    }
    turn.answer(reply, jobs == 0);
  }
}
