/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.wire;

/** Bytes that are no RESP: the connection they came on cannot be read any further. */
public final class MalformedException extends Exception {
  public MalformedException(String message) {
    super("Protocol error: " + message, null, false, false);
  }
}
