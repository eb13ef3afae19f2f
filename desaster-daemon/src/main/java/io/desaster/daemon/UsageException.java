/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

/** The command line, the environment or the configuration file is wrong; the message says where. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }

  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
