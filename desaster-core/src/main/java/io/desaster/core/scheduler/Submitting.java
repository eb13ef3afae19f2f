/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobOptions;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Submission;
import io.desaster.api.queue.CoolDown;
import io.desaster.api.queue.QueueSettings;
import io.desaster.core.event.JobSubmitted;
import io.desaster.core.event.QueueSet;
import io.desaster.core.state.CoolDowns;
import io.desaster.core.state.JobHead;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.QueueRecord;
import io.desaster.core.state.QueueState;
import io.desaster.core.state.SpecHash;
import io.desaster.core.state.Tombstones;
import java.time.Instant;

/** Takes a job: checks its id, then its key, then the limits. */
public final class Submitting {
  private final Turn turn;
  private final JobSpec spec;
  private final Reply<Submission> reply;

  private Submitting(Turn turn, JobSpec spec, Reply<Submission> reply) {
    this.turn = turn;
    this.spec = spec;
    this.reply = reply;
  }

  public static void submit(Turn turn, JobSpec spec, Reply<Submission> reply) {
    try {
      new Submitting(turn, spec, reply).submit();
    } catch (DesasterException refusal) {
      turn.refuse(reply, refusal);
    }
  }

  private void submit() {
    requireSize();
    QueueState queue = turn.state().queue(spec.queue());
    if (spec.id() != null && knownId(queue)) {
      return;
    }
    if (!turn.hasRoom()) {
      throw refusal(
          ErrorCode.FULL,
          "the disk of the data directory is full, no new jobs are taken; make room there and try"
              + " again (the daemon's log says how much is needed)");
    }
    if (!turn.hasMemory()) {
      throw refusal(
          ErrorCode.FULL,
          "the heap is nearly full of jobs, no new ones are taken; let queues run down or give the"
              + " daemon more memory (DESASTER_HEAP)");
    }
    JobOptions options = requireOptions();
    QueueRecord record = queue == null ? newQueue() : requireOpen(queue);
    JobId id = spec.id() == null ? turn.newId() : spec.id();
    CoolDown coolDown = record.settings().coolDown();
    String key = "";
    if (coolDown.active()) {
      key = Keys.of(options.key(), spec.kind(), spec.payload());
      CoolDowns.Entry hit = turn.state().coolDowns().find(record.id(), key, turn.now());
      if (hit != null) {
        coolDownHit(record, hit);
        return;
      }
    }
    requireLength(queue, record);
    JobRecord job = job(id, record, options);
    if (queue == null) {
      turn.emit(new QueueSet(record));
    }
    turn.emit(new JobSubmitted(job));
    if (coolDown.active() && coolDown.from() != CoolDown.From.FINISH) {
      long until =
          coolDown.from() == CoolDown.From.BOTH
              ? Long.MAX_VALUE
              : turn.now() + coolDown.window().toMillis();
      turn.startCoolDown(new CoolDowns.Entry(record.id(), key, id, until));
    }
    turn.answer(reply, new Submission(id, false, 1));
  }

  private void requireSize() {
    int max = turn.settings().payloadBytesMax();
    if (spec.payload().length > max) {
      throw refusal(
          ErrorCode.INVALID,
          "the payload has "
              + spec.payload().length
              + " bytes, more than the "
              + max
              + " allowed; store it elsewhere and submit where, or raise --max-payload");
    }
  }

  /** True if the id was seen before and the submit is answered by that. */
  private boolean knownId(QueueState queue) {
    JobId id = spec.id();
    JobHead known = turn.state().head(id.high(), id.low());
    if (known != null) {
      if (!sameSpec(known, queue)) {
        throw refusal(
            ErrorCode.EXISTS,
            "job " + id + " is known with another queue, payload or options; use a new id");
      }
      turn.answer(reply, new Submission(id, true, 1));
      return true;
    }
    Tombstones.Stone stone = turn.state().tombstones().find(id);
    if (stone != null) {
      boolean same =
          queue != null
              && stone.specHash()
                  == SpecHash.of(queue.record().id(), spec.payload(), spec.options());
      if (!same) {
        throw refusal(
            ErrorCode.EXISTS,
            "job " + id + " was known with another queue, payload or options; use a new id");
      }
      turn.answer(reply, new Submission(id, true, 1));
      return true;
    }
    long horizon =
        Math.max(
            turn.now() - turn.settings().idWindowMillis(), turn.state().tombstones().horizon());
    if (id.timed() && id.madeAtMillis() < horizon) {
      throw refusal(
          ErrorCode.EXPIRED,
          "id "
              + id
              + " was made at "
              + Instant.ofEpochMilli(id.madeAtMillis())
              + ", before ids are remembered; it may have run already and was not run again; use a"
              + " new id to run it");
    }
    return false;
  }

  /** What operators changed about the job since does not make the spec another. */
  private boolean sameSpec(JobHead head, QueueState queue) {
    if (queue == null) {
      return false;
    }
    if (!(head instanceof JobRecord known) || known.course().originalSpec() != 0) {
      return head.idGiven()
          && head.specHash() == SpecHash.of(queue.record().id(), spec.payload(), spec.options());
    }
    return queue.record().id() == known.queueId()
        && known.hasPayload(spec.payload())
        && known.options().equals(spec.options());
  }

  private JobOptions requireOptions() {
    JobOptions options = spec.options();
    if (options == JobOptions.DEFAULT) {
      return options;
    }
    if (!options.limit().isEmpty()) {
      try {
        ConcurrencyLimits.require(options.limit());
      } catch (IllegalArgumentException e) {
        throw refusal(ErrorCode.INVALID, e.getMessage());
      }
    }
    for (JobId parent : options.after()) {
      if (turn.state().head(parent.high(), parent.low()) == null) {
        throw refusal(
            ErrorCode.NOTFOUND, "it waits for job " + parent + ", which is not known (any more)");
      }
    }
    return options;
  }

  private QueueRecord newQueue() {
    // A class of the tree is as good as a queue that was created.
    if (turn.settings().strictQueues()
        && turn.dispatcher().trees().kindNaming(spec.queue()) == null) {
      throw refusal(
          ErrorCode.NOTFOUND, "there is no queue '" + spec.queue() + "'; create it first");
    }
    return NewQueue.record(turn, spec.queue(), spec.kind(), QueueSettings.DEFAULT);
  }

  private QueueRecord requireOpen(QueueState queue) {
    QueueRecord record = queue.record();
    if (!record.kind().equals(spec.kind())) {
      throw refusal(
          ErrorCode.INVALID,
          "a job of kind "
              + spec.kind()
              + " cannot go into queue '"
              + record.name()
              + "', which holds jobs of kind "
              + record.kind()
              + "; use another queue");
    }
    if (record.draining()) {
      throw refusal(
          ErrorCode.STATE, "queue '" + record.name() + "' is draining and takes no new jobs");
    }
    return record;
  }

  private void coolDownHit(QueueRecord queue, CoolDowns.Entry hit) {
    if (queue.settings().coolDown().onHit() == CoolDown.OnHit.COALESCE) {
      turn.answer(reply, new Submission(hit.holder(), true, 1));
      return;
    }
    String until =
        hit.until() == Long.MAX_VALUE
            ? "it is finished and the cool-down is over"
            : Instant.ofEpochMilli(hit.until()).toString();
    throw refusal(
        ErrorCode.DUPLICATE,
        "key '" + hit.key() + "' is held by job " + hit.holder() + " until " + until);
  }

  private void requireLength(QueueState queue, QueueRecord record) {
    long max = record.settings().maxLength();
    if (max > 0 && queue != null && queue.waiting() >= max) {
      throw refusal(
          ErrorCode.FULL,
          "queue '"
              + record.name()
              + "' holds "
              + queue.waiting()
              + " jobs, its max-length is "
              + max);
    }
  }

  private JobRecord job(JobId id, QueueRecord queue, JobOptions options) {
    JobState state = JobState.QUEUED;
    long at = turn.now();
    long dueAt = Dependencies.dueAt(options, at);
    JobRecord job =
        JobRecord.submitted(
            id,
            spec.id() != null,
            queue.id(),
            spec.payload(),
            options,
            state,
            turn.now(),
            turn.state().nextOrder(),
            at);
    if (!options.after().isEmpty() && !Dependencies.allSucceeded(turn, job)) {
      requireHope(options);
      return job.in(JobState.BLOCKED, job.order(), at, job.course());
    }
    return dueAt > at ? job.in(JobState.SCHEDULED, job.order(), dueAt, job.course()) : job;
  }

  private void requireHope(JobOptions options) {
    for (JobId parent : options.after()) {
      JobState state = turn.state().head(parent.high(), parent.low()).state();
      if (state == JobState.FAILED || state == JobState.CANCELLED) {
        throw refusal(
            ErrorCode.STATE, "it waits for job " + parent + ", which is " + state + " for good");
      }
    }
  }

  private static DesasterException refusal(ErrorCode code, String message) {
    return new DesasterException(code, message);
  }
}
