/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;

/** Tells which user of this host holds the other end of a connection. */
interface PeerOwners {
  /** The user could not be found out. */
  int UNKNOWN = -1;

  /** The user this process runs as; {@link #UNKNOWN} where users have no numbers. */
  int self();

  /**
   * Finds the owner.
   *
   * @return completes, on any thread, with the user's number or {@link #UNKNOWN}; does not fail
   */
  Future<Integer> ownerOf(SocketAddress peer, SocketAddress own);
}
