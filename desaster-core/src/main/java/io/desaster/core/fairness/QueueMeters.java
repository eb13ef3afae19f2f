/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import io.desaster.api.job.JobState;
import io.desaster.core.state.AttemptRecord;
import io.desaster.core.state.Index;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.LongMap;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.State;
import java.util.function.LongSupplier;

/**
 * Measures what queues and their flows use and how long their jobs wait. Follows the committed
 * state, on its thread. Measured are queues and nothing above them: what classes use is what the
 * queues below them use, whatever the tree was a minute ago, so a change of the tree costs nothing
 * and loses nothing. Nothing of it outlives the process, but what the journal tells again when it
 * is read is measured again.
 */
public final class QueueMeters implements Index {
  private final LongSupplier clock;
  private final LongMap<QueueMeter> queues = new LongMap<>();
  private final FlowMeters flows = new FlowMeters();
  private long sinceNanos = Long.MIN_VALUE;

  /**
   * @param clock of the trees, nanoseconds
   */
  public QueueMeters(LongSupplier clock) {
    this.clock = clock;
  }

  /** Counts what runs already. */
  public void begin(State state) {
    state.forEachJob(
        job -> {
          if (job.state() == JobState.RUNNING) {
            begins(job, 0, now());
          }
        });
  }

  private long now() {
    long now = clock.getAsLong();
    if (sinceNanos == Long.MIN_VALUE) {
      sinceNanos = now;
    }
    return now;
  }

  /** When measuring began, by the clock of the trees; {@link Long#MIN_VALUE}: not yet. */
  long sinceNanos() {
    return sinceNanos;
  }

  /** Null if there is no such queue. */
  QueueMeter queue(int id) {
    return queues.get(id);
  }

  @Override
  public void jobChanged(JobRecord before, JobRecord after) {
    JobState was = before == null ? null : before.state();
    JobState is = after == null ? null : after.state();
    if (is == JobState.RUNNING) {
      if (was != JobState.RUNNING) {
        started(before, after);
      } else if (before.queueId() != after.queueId()) {
        long now = now();
        ends(before, 0, now);
        begins(after, 0, now);
      }
    } else if (was == JobState.RUNNING) {
      ended(before, after);
    }
  }

  private void started(JobRecord before, JobRecord after) {
    long now = now();
    QueueMeter meter = begins(after, after.cost(), now);
    if (before != null && before.state() == JobState.QUEUED) {
      long wait = Math.max(0, after.course().last().startedAt() - before.at());
      meter.starts++;
      meter.waitMillis += wait;
      meter.waits.add(wait, now);
    }
  }

  private QueueMeter begins(JobRecord job, double cost, long now) {
    QueueMeter meter = queues.get(job.queueId());
    meter.use.start(1, cost, now);
    if (!job.flow().isEmpty()) {
      meter.flows.started(job.flow(), cost, now);
    }
    return meter;
  }

  private void ended(JobRecord before, JobRecord after) {
    AttemptRecord began = before.course().last();
    boolean never = after != null && after.course().lastNumber() < began.number();
    QueueMeter meter = ends(before, never ? before.cost() : 0, now());
    AttemptRecord end = after == null ? null : after.course().last();
    if (end != null && end.number() == began.number() && !end.running()) {
      meter.runs++;
      meter.runMillis += Math.max(0, end.endedAt() - began.startedAt());
    }
  }

  private QueueMeter ends(JobRecord job, double costGivenBack, long now) {
    QueueMeter meter = queues.get(job.queueId());
    meter.use.end(costGivenBack, now);
    if (!job.flow().isEmpty()) {
      meter.flows.ended(job.flow(), costGivenBack, now);
    }
    return meter;
  }

  @Override
  public void queueChanged(QueueRecord before, QueueRecord after) {
    if (after == null) {
      queues.remove(before.id()).flows.forget();
    } else if (queues.get(after.id()) == null) {
      queues.put(after.id(), new QueueMeter(flows.new OfQueue()));
    }
  }
}
