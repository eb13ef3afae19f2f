/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.IOException;

/** The disk has not enough room; worth trying again when it has. */
final class NoRoomException extends IOException {
  NoRoomException(String message, IOException cause) {
    super(message, cause);
  }

  NoRoomException(String message) {
    super(message);
  }
}
