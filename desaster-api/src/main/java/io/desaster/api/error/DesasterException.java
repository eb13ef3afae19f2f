/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.error;

import java.util.Objects;

/**
 * A refusal with its {@link ErrorCode}. The message says what was asked, of what (with its value),
 * what was found, and what to do; it does not repeat the code.
 */
public final class DesasterException extends RuntimeException {
  private final ErrorCode code;

  public DesasterException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public DesasterException(ErrorCode code, String message, Throwable cause) {
    // Refusals are answers, not bugs: a stack trace would cost more than the refusal.
    super(message, cause, false, cause != null);
    this.code = Objects.requireNonNull(code);
  }

  public ErrorCode code() {
    return code;
  }

  /** True if the same request may succeed later without change. */
  public boolean retryable() {
    return switch (code) {
      case FULL, NOMASTER, NOQUORUM, UNKNOWN -> true;
      default -> false;
    };
  }

  @Override
  public String toString() {
    return code + " " + getMessage();
  }
}
