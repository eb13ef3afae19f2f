/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.Attempt;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.ResourceUse;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import java.time.Instant;
import java.util.Optional;

/**
 * One run of a job as the state keeps it.
 *
 * @param pool the pool it ran in, as {@code kind@node}
 * @param endedAt 0 while it runs
 * @param outcome null while it runs
 */
public record AttemptRecord(
    int number,
    String pool,
    long startedAt,
    long endedAt,
    Outcome outcome,
    int exitCode,
    String error,
    ResourceUse use) {
  private static final Outcome[] OUTCOMES = Outcome.values();

  public static AttemptRecord running(int number, String pool, long startedAt) {
    return new AttemptRecord(number, pool, startedAt, 0, null, -1, "", ResourceUse.NONE);
  }

  public AttemptRecord ended(
      long startedAtMillis,
      long endedAtMillis,
      Outcome how,
      int code,
      String why,
      ResourceUse used) {
    return new AttemptRecord(number, pool, startedAtMillis, endedAtMillis, how, code, why, used);
  }

  public boolean running() {
    return outcome == null;
  }

  /** Name of the node part of the pool's name. */
  public String node() {
    return pool.substring(pool.indexOf('@') + 1);
  }

  public Attempt view() {
    return new Attempt(
        number,
        node(),
        pool,
        Instant.ofEpochMilli(startedAt),
        running() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(endedAt)),
        Optional.ofNullable(outcome),
        exitCode,
        error,
        use);
  }

  void encode(Output out) {
    out.writeVarint(number);
    out.writeString(pool);
    out.writeVarint(startedAt);
    out.writeByte(outcome == null ? 0 : outcome.ordinal() + 1);
    if (outcome != null) {
      out.writeSigned(endedAt - startedAt);
      encodeEnd(out, exitCode, error, use);
    }
  }

  static AttemptRecord decode(Input in) {
    int number = in.readVarint32();
    String pool = in.readString().intern();
    long startedAt = in.readVarint();
    int outcome = in.readByte();
    if (outcome == 0) {
      return running(number, pool, startedAt);
    }
    long endedAt = startedAt + in.readSigned();
    int exitCode = (int) in.readSigned();
    String error = in.readString();
    return new AttemptRecord(
        number, pool, startedAt, endedAt, OUTCOMES[outcome - 1], exitCode, error, decodeUse(in));
  }

  public static void encodeEnd(Output out, int exitCode, String error, ResourceUse use) {
    out.writeSigned(exitCode);
    out.writeString(error);
    out.writeVarint(use.userMicros());
    out.writeVarint(use.systemMicros());
    out.writeVarint(use.maxRssBytes());
  }

  public static ResourceUse decodeUse(Input in) {
    long user = in.readVarint();
    long system = in.readVarint();
    long rss = in.readVarint();
    return user == 0 && system == 0 && rss == 0
        ? ResourceUse.NONE
        : new ResourceUse(user, system, rss);
  }
}
