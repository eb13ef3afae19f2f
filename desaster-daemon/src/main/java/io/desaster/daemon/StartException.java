/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

/** The daemon cannot start; the message is for the person who started it. */
final class StartException extends Exception {
  private static final long serialVersionUID = 1L;
  private final int exitCode;

  StartException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
