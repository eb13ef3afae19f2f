/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.core.audit.AuditLevel;
import io.desaster.daemon.resp.wire.Args;

/** Checks the keys that clients give with AUTH or HELLO. */
final class Authenticator {
  private final RespServer server;

  Authenticator(RespServer server) {
    this.server = server;
  }

  /**
   * Lets the client in, or refuses by throwing.
   *
   * @param user word that names the user, or -1: none was given
   * @param key word that is the key
   */
  void authenticate(Call call, int user, int key) {
    Args args = call.args();
    Client client = call.client();
    long now = server.nowMillis();
    long wait = server.authFailures().waitMillis(client.source(), now);
    if (wait > 0) {
      throw new DesasterException(
          ErrorCode.DENIED,
          "too many wrong keys from "
              + client.source()
              + ": AUTH is not looked at for "
              + (wait + 999) / 1000
              + " s; wait, then use the group's key");
    }
    if (user >= 0 && !args.printable(user).equals("default") || !accepted(args, key)) {
      server.authFailures().failed(client.source(), now);
      server.stats().authFailures.increment();
      DesasterException refusal =
          new DesasterException(
              ErrorCode.WRONGPASS, "invalid username-password pair or user is disabled.");
      audit(call, refusal);
      throw refusal;
    }
    admit(call.connection(), client);
  }

  /** Only those looked at, which are few: others must not fill the log with it. */
  private void audit(Call call, DesasterException refusal) {
    if (server.audit().keeps(AuditLevel.CHANGES)) {
      server.audited(call.verb(), call.args(), call.client()).answered(Reply.error(refusal));
    }
  }

  private boolean accepted(Args args, int key) {
    return server.options().keys().accept(args.bytes(key));
  }

  private void admit(Connection connection, Client client) {
    if (client.trust == Client.Trust.TRUSTED) {
      return;
    }
    if (server.options().keys().isDefault()) {
      throw refusal(client);
    }
    server.authFailures().succeeded(client.source());
    connection.trusted();
  }

  private DesasterException refusal(Client client) {
    Reply.Error error = (Reply.Error) server.authRefusal(client);
    return new DesasterException(ErrorCode.valueOf(error.code()), error.message());
  }
}
