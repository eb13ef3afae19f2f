/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import java.util.Locale;

/** Why a connection ended. */
public enum CloseReason {
  /** The client closed it, or said QUIT. */
  CLIENT,
  /** There were too many connections. */
  TOO_MANY,
  /** It spoke HTTP: somebody's browser was sent here. */
  HTTP,
  /** It sent what is no RESP. */
  MALFORMED,
  /** It stopped in the middle of a command. */
  SILENT,
  /** It left replies unread for too long. */
  STALLED,
  /** It did not take its event messages. */
  SLOW_SUBSCRIBER,
  /** Commands received in part took too much memory. */
  MEMORY,
  /** Not from this host, and the key is the default one. */
  PROTECTED,
  /** From another host and did not authenticate in time. */
  STRANGER,
  /** CLIENT KILL. */
  KILLED,
  /** The server stopped. */
  SHUTDOWN;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
