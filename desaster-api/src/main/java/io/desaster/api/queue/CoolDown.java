/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.queue;

import java.time.Duration;
import java.util.Objects;

/**
 * For how long the key of a job is rejected: the requeue blacklist.
 *
 * @param window how long
 * @param from counted from what
 * @param onHit what a submit with a blocked key gets
 */
public record CoolDown(Duration window, From from, OnHit onHit) {
  public static final CoolDown NONE = new CoolDown(Duration.ZERO, From.ENQUEUE, OnHit.REJECT);

  /** What the window is counted from. */
  public enum From {
    /** From the submission of the job that holds the key. */
    ENQUEUE,
    /** From the end of that job; before its end the key is free. */
    FINISH,
    /** From its submission until a window after its end. */
    BOTH
  }

  /** What happens to a submit whose key is blocked. */
  public enum OnHit {
    /** It is refused as DUPLICATE. */
    REJECT,
    /** It is answered with the id of the job that holds the key. */
    COALESCE
  }

  public CoolDown {
    Objects.requireNonNull(from);
    Objects.requireNonNull(onHit);
    if (window.isNegative()) {
      throw new IllegalArgumentException("cool-down window must not be negative");
    }
  }

  public boolean active() {
    return !window.isZero();
  }
}
