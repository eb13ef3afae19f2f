/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobId;
import java.util.ArrayDeque;
import java.util.Collection;

/**
 * Ids of forgotten jobs that their submitters may still send again. Bounded: when there are too
 * many the oldest go early, and {@link #horizon} moves up, so that an id which may have been here
 * is never run a second time.
 */
public final class Tombstones {
  public static final int MAX = 4_000_000;

  /**
   * A forgotten job.
   *
   * @param specHash of queue, payload and options
   * @param until when it may go, milliseconds since 1970
   */
  public record Stone(long high, long low, long specHash, long until) implements IdMap.Identified {}

  private final IdMap<Stone> byId = new IdMap<>();
  private final ArrayDeque<Stone> byAge = new ArrayDeque<>();
  private long horizon;

  public Stone find(JobId id) {
    return byId.get(id);
  }

  public int size() {
    return byId.size();
  }

  /** Timed ids made before this time may be unknown although they were used. */
  public long horizon() {
    return horizon;
  }

  public Collection<Stone> all() {
    return byAge;
  }

  void setHorizon(long millis) {
    horizon = Math.max(horizon, millis);
  }

  void add(Stone stone, long nowMillis) {
    byId.put(stone);
    byAge.add(stone);
    while (!byAge.isEmpty() && (byAge.peek().until() <= nowMillis || byAge.size() > MAX)) {
      Stone oldest = byAge.poll();
      if (byId.get(oldest.high(), oldest.low()) == oldest) {
        byId.remove(oldest.high(), oldest.low());
        noteHorizon(oldest, nowMillis);
      }
    }
  }

  /**
   * One that goes in its time is older than ids are remembered, which is known without a horizon.
   * Ids from the future, made by a wrong clock, must not refuse everybody's.
   */
  private void noteHorizon(Stone stone, long nowMillis) {
    JobId id = new JobId(stone.high(), stone.low());
    if (stone.until() > nowMillis && id.timed()) {
      setHorizon(Math.min(id.madeAtMillis() + 1, nowMillis));
    }
  }
}
