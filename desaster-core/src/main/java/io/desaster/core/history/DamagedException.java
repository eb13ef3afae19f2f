/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.history;

import java.io.IOException;

/** A file does not hold what was written to it; the message says what is wrong. */
final class DamagedException extends IOException {
  private static final long serialVersionUID = 1;

  DamagedException(String message) {
    super(message);
  }

  DamagedException(String message, Throwable cause) {
    super(message, cause);
  }
}
