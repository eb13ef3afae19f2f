/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobOptions;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.RetryPolicy;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.core.event.AttemptEnded;
import io.desaster.core.event.AttemptReturned;
import io.desaster.core.state.Course;
import io.desaster.core.state.JobRecord;
import java.util.Locale;

/** What becomes of a job when its attempt is over. */
public final class Endings {
  /** A death so soon after the start makes one suspect that the job is the cause. */
  private static final long POISON_MILLIS = 60_000;

  private static final int POISON_DEATHS = 3;

  private Endings() {}

  /** The running attempt of this job ended as told. */
  public static void end(Turn turn, JobRecord job, AttemptEnd end) {
    end(turn, job, end, end.outcome() == Outcome.LOST && diedYoung(turn, job));
  }

  /**
   * As {@link #end}, found when its node came back.
   *
   * @param alone whether it was the only one that ran there: then it is suspected however long it
   *     ran
   */
  public static void endFound(Turn turn, JobRecord job, AttemptEnd end, boolean alone) {
    end(turn, job, end, end.outcome() == Outcome.LOST && (alone || diedYoung(turn, job)));
  }

  /** As {@link #end}, for one that is only given up: no proof that it died. */
  static void giveUp(Turn turn, JobRecord job, AttemptEnd end) {
    end(turn, job, end, false);
  }

  private static void end(Turn turn, JobRecord job, AttemptEnd end, boolean death) {
    Course course = job.course();
    CancelMode cancel = course.cancel();
    if (end.outcome() == Outcome.SUCCEEDED) {
      emit(turn, job, end, JobState.SUCCEEDED, 0, true, false, "", "");
    } else if (cancel == CancelMode.NEVER) {
      emit(turn, job, end, JobState.CANCELLED, 0, true, false, cancelledBy(course), "");
    } else if (cancel == CancelMode.ELSEWHERE) {
      emit(turn, job, end, JobState.QUEUED, 0, false, false, "", course.last().node());
    } else {
      retryOrFail(turn, job, end, death);
    }
    after(turn, job.high(), job.low());
  }

  /** The attempt that was ordered is proved never to have started. */
  public static void neverStarted(Turn turn, JobRecord job) {
    if (job.course().cancel() == null) {
      turn.emit(new AttemptReturned(job.high(), job.low()));
    } else {
      end(turn, job, LeaseCheck.end(job, Outcome.NOT_STARTED, "ended before it started"));
    }
  }

  /** The running attempt is lost and must not be repeated. */
  static void failLost(Turn turn, JobRecord job, AttemptEnd end) {
    emit(turn, job, end, JobState.FAILED, 0, true, false, end.error(), "");
    after(turn, job.high(), job.low());
  }

  private static String cancelledBy(Course course) {
    return course.cancelBy().isEmpty() ? "cancelled" : "cancelled by " + course.cancelBy();
  }

  private static void retryOrFail(Turn turn, JobRecord job, AttemptEnd end, boolean death) {
    Course course = job.course();
    String reason = reason(end);
    if (death && course.deaths() + 1 >= POISON_DEATHS) {
      String poison = "poison: died with its worker " + POISON_DEATHS + " times; last: " + reason;
      emit(turn, job, end, JobState.FAILED, 0, true, true, poison, "");
      return;
    }
    RetryPolicy retry = policy(turn, job);
    boolean never = end.exitCode() >= 0 && retry.neverOn().contains(end.exitCode());
    if (never || course.tries() >= retry.maxAttempts()) {
      emit(turn, job, end, JobState.FAILED, 0, true, death, reason, "");
    } else {
      long dueAt = turn.now() + retry.delayMillis(Math.max(1, course.tries()), turn.random());
      emit(turn, job, end, JobState.RETRYING, dueAt, true, death, reason, "");
    }
  }

  private static boolean diedYoung(Turn turn, JobRecord job) {
    return turn.now() - job.course().last().startedAt() < POISON_MILLIS;
  }

  public static long graceMillis(Turn turn, JobRecord job) {
    return Starting.graceMillis(job, turn.queueOf(job).record().settings());
  }

  static RetryPolicy policy(Turn turn, JobRecord job) {
    RetryPolicy own = job.options().retry();
    return own != null ? own : turn.queueOf(job).record().settings().retry();
  }

  private static String reason(AttemptEnd end) {
    if (!end.error().isEmpty()) {
      return end.error();
    }
    return switch (end.outcome()) {
      case FAILED -> end.exitCode() >= 0 ? "exit code " + end.exitCode() : "failed";
      case TIMED_OUT -> "timed out";
      case LOST -> "lost: its worker died without a word";
      case CANCELLED -> "ended on request";
      default -> end.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    };
  }

  private static void emit(
      Turn turn,
      JobRecord job,
      AttemptEnd end,
      JobState next,
      long dueAt,
      boolean countsAsTry,
      boolean countsAsDeath,
      String reason,
      String avoidNode) {
    turn.emit(
        new AttemptEnded(
            job.high(),
            job.low(),
            end.outcome(),
            end.exitCode(),
            end.error(),
            end.use(),
            end.startedAtMillis(),
            end.endedAtMillis(),
            end.result(),
            next,
            dueAt,
            next == JobState.QUEUED ? turn.state().nextOrder() : 0,
            countsAsTry,
            countsAsDeath,
            reason,
            avoidNode));
  }

  /** If the job is finished now: its cool-down is counted from here, its hook is called. */
  public static void after(Turn turn, long high, long low) {
    JobRecord job = turn.state().job(high, low);
    if (job == null || !job.state().finished()) {
      return;
    }
    HeldKeys.ended(turn, job);
    JobOptions options = job.options();
    if (job.state() == JobState.FAILED && !options.hook().isEmpty()) {
      FailureHook.submit(turn, job);
    }
  }
}
