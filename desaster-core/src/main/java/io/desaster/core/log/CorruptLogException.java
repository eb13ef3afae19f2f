/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.IOException;

/** The log is damaged in a place that must not be cut. The message says where and what to do. */
public final class CorruptLogException extends IOException {
  public CorruptLogException(String message) {
    super(message);
  }
}
