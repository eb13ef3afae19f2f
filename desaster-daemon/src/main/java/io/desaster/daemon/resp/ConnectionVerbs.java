/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import java.util.ArrayList;
import java.util.List;

/** The verbs that every connection has, whatever the server serves. */
final class ConnectionVerbs {
  private final List<Verb> all = new ArrayList<>();

  ConnectionVerbs(RespServer server) {
    all.addAll(new SessionVerbs(server).all());
    all.addAll(new ClientVerbs(server).all());
    all.addAll(new ManualVerbs(server).all());
    all.addAll(new InfoVerb(server).all());
    all.addAll(new EventVerbs(server).all());
  }

  List<Verb> all() {
    return all;
  }
}
