/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.CancelMode;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.spi.AttemptEnd;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened to a job since its submission. Jobs to which nothing has happened yet share {@link
 * #NEW}.
 *
 * @param attempts its tries, oldest first; the last one may run
 * @param tries how many of them count since the job was last started afresh
 * @param deaths how many ended by a proved death soon after their start
 * @param reason why it failed or was cancelled; empty if neither
 * @param result what the successful attempt returned
 * @param cancel how the running attempt shall end, null if nobody asked
 * @param cancelBy who asked
 * @param avoidNode node that the next attempt must not run on; empty: any
 * @param originalSpec hash of the spec as submitted, if the job was moved or changed since, else 0
 * @param unreachableSince since when the running attempt's node is silent, 0: it is not
 */
public record Course(
    List<AttemptRecord> attempts,
    int tries,
    int deaths,
    String reason,
    byte[] result,
    CancelMode cancel,
    String cancelBy,
    String avoidNode,
    long unreachableSince,
    long originalSpec) {

  /** Attempts kept with a job; the first and the latest ones. */
  static final int ATTEMPTS_MAX = 32;

  public static final Course NEW =
      new Course(List.of(), 0, 0, "", AttemptEnd.NO_RESULT, null, "", "", 0, 0);

  public AttemptRecord last() {
    return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
  }

  public int lastNumber() {
    return attempts.isEmpty() ? 0 : last().number();
  }

  public Course started(AttemptRecord attempt) {
    return new Course(
        plus(attempt),
        tries + 1,
        deaths,
        "",
        AttemptEnd.NO_RESULT,
        null,
        "",
        avoidNode,
        0,
        originalSpec);
  }

  /** The running attempt never began: as if it had not been ordered. */
  public Course notStarted() {
    return new Course(
        List.copyOf(attempts.subList(0, attempts.size() - 1)),
        tries - 1,
        deaths,
        reason,
        result,
        null,
        "",
        avoidNode,
        0,
        originalSpec);
  }

  public Course ended(
      AttemptRecord attempt,
      int newTries,
      int newDeaths,
      String why,
      byte[] returned,
      String avoid) {
    return new Course(
        withLast(attempt), newTries, newDeaths, why, returned, null, "", avoid, 0, originalSpec);
  }

  /** An attempt that was given up succeeded; the one that runs, if any, is superseded. */
  public Course lateSuccess(int number, long atMillis, byte[] returned) {
    List<AttemptRecord> changed = new ArrayList<>(attempts.size());
    for (AttemptRecord attempt : attempts) {
      Outcome outcome =
          attempt.number() == number
              ? Outcome.SUCCEEDED
              : attempt.running() ? Outcome.SUPERSEDED : attempt.outcome();
      boolean same = outcome == attempt.outcome();
      changed.add(
          same
              ? attempt
              : attempt.ended(attempt.startedAt(), atMillis, outcome, -1, "", ResourceUse.NONE));
    }
    return new Course(
        List.copyOf(changed), tries, deaths, "", returned, null, "", "", 0, originalSpec);
  }

  /** The attempt of this number, or null if it is not kept. */
  public AttemptRecord attempt(int number) {
    for (AttemptRecord attempt : attempts) {
      if (attempt.number() == number) {
        return attempt;
      }
    }
    return null;
  }

  public Course withCancel(CancelMode mode, String by) {
    return new Course(
        attempts,
        tries,
        deaths,
        reason,
        result,
        mode,
        by,
        avoidNode,
        unreachableSince,
        originalSpec);
  }

  public Course withReason(String why) {
    return new Course(
        attempts,
        tries,
        deaths,
        why,
        result,
        cancel,
        cancelBy,
        avoidNode,
        unreachableSince,
        originalSpec);
  }

  /** Tries and deaths are counted from zero again. */
  public Course afresh() {
    return attempts.isEmpty() && originalSpec == 0
        ? NEW
        : new Course(attempts, 0, 0, "", AttemptEnd.NO_RESULT, null, "", "", 0, originalSpec);
  }

  Course withOriginalSpec(long hash) {
    return new Course(
        attempts,
        tries,
        deaths,
        reason,
        result,
        cancel,
        cancelBy,
        avoidNode,
        unreachableSince,
        hash);
  }

  public Course unreachable(long since) {
    return new Course(
        attempts, tries, deaths, reason, result, cancel, cancelBy, avoidNode, since, originalSpec);
  }

  private List<AttemptRecord> plus(AttemptRecord attempt) {
    if (attempts.isEmpty()) {
      return List.of(attempt);
    }
    List<AttemptRecord> more = new ArrayList<>(attempts);
    if (more.size() >= ATTEMPTS_MAX) {
      more.remove(1);
    }
    more.add(attempt);
    return List.copyOf(more);
  }

  private List<AttemptRecord> withLast(AttemptRecord attempt) {
    if (attempts.size() == 1) {
      return List.of(attempt);
    }
    List<AttemptRecord> changed = new ArrayList<>(attempts);
    changed.set(changed.size() - 1, attempt);
    return List.copyOf(changed);
  }
}
