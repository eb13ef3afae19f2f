/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.daemon.resp.wire.Args;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** CLIENT with its subcommands. */
final class ClientVerbs {
  private final RespServer server;

  ClientVerbs(RespServer server) {
    this.server = server;
  }

  List<Verb> all() {
    return List.of(
        id(), info(), list(), kill(), setName(), getName(), setInfo(), noEvict(), noTouch());
  }

  private static Verb id() {
    return Verb.of("CLIENT ID", "")
        .summary("Tells the number of this connection.")
        .reply("a number that no other connection of this run of the daemon has")
        .example("> CLIENT ID", "(integer) …")
        .does(call -> call.reply(Reply.of(call.client().id())));
  }

  private Verb info() {
    return Verb.of("CLIENT INFO", "")
        .summary("Describes this connection.")
        .reply("one line of `name=value` pairs")
        .example("> CLIENT INFO", "id=… addr=…", "…")
        .does(call -> call.reply(Reply.verbatim(lines(List.of(call.client())))));
  }

  private Verb list() {
    return Verb.of("CLIENT LIST", "[ID client-id …]")
        .flag(Verb.Flag.ADMIN)
        .summary("Describes all connections, or the given ones.")
        .reply("a line of `name=value` pairs for each")
        .example("> CLIENT LIST", "id=… addr=…", "…")
        .does(this::list);
  }

  private void list(Call call) {
    Args args = call.args();
    Set<String> ids = new HashSet<>();
    if (args.count() > 2) {
      if (!args.is(2, "ID") || args.count() == 3) {
        throw syntaxError();
      }
      for (int i = 3; i < args.count(); i++) {
        ids.add(args.printable(i));
      }
    }
    List<Client> shown = new ArrayList<>();
    for (Connection connection : server.connections()) {
      if (ids.isEmpty() || ids.contains(Long.toString(connection.client().id()))) {
        shown.add(connection.client());
      }
    }
    call.reply(Reply.verbatim(lines(shown)));
  }

  private String lines(List<Client> clients) {
    StringBuilder lines = new StringBuilder();
    clients.forEach(client -> lines.append(client.line(server.nowMillis())).append('\n'));
    return lines.toString();
  }

  private Verb kill() {
    return Verb.of("CLIENT KILL", "(ID client-id | ADDR ip:port)")
        .flag(Verb.Flag.ADMIN)
        .audited()
        .summary("Closes a connection.")
        .reply("how many were closed")
        .example("> CLIENT KILL ID 999999", "(integer) 0")
        .does(this::kill);
  }

  private void kill(Call call) {
    Args args = call.args();
    String value = args.printable(3);
    Predicate<Client> meant;
    if (args.is(2, "ID")) {
      meant = client -> Long.toString(client.id()).equals(value);
    } else if (args.is(2, "ADDR")) {
      meant = client -> Client.address(client.remote()).equals(value);
    } else {
      throw syntaxError();
    }
    int killed = 0;
    for (Connection connection : server.connections()) {
      if (meant.test(connection.client())) {
        killed++;
        if (connection == call.connection()) {
          connection.closeAfterAnswers(CloseReason.KILLED);
        } else {
          connection.closeSoon(CloseReason.KILLED);
        }
      }
    }
    call.reply(Reply.of(killed));
  }

  private static Verb setName() {
    return Verb.of("CLIENT SETNAME", "connection-name")
        .summary("Names this connection; the name is kept with what it changes.")
        .reply("OK")
        .error("ERR the name has blanks or control characters")
        .example("> CLIENT SETNAME import", "OK")
        .does(
            call -> {
              call.client().name = name(call.args(), 2);
              call.reply(Reply.OK);
            });
  }

  /** A name for a client. */
  static String name(Args args, int word) {
    String name = args.text(word);
    if (!name.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new DesasterException(
          ErrorCode.ERR, "Client names cannot contain spaces, newlines or special characters.");
    }
    return name;
  }

  private static Verb getName() {
    return Verb.of("CLIENT GETNAME", "")
        .summary("Tells the name of this connection.")
        .reply("the name, or nil if it has none")
        .example("> CLIENT SETNAME import", "OK", "> CLIENT GETNAME", "\"import\"")
        .does(
            call -> {
              String name = call.client().name;
              call.reply(name.isEmpty() ? Reply.NIL : Reply.of(name));
            });
  }

  private static Verb setInfo() {
    return Verb.of("CLIENT SETINFO", "(LIB-NAME name | LIB-VER version)")
        .summary("Tells which client library this is.")
        .reply("OK")
        .example("> CLIENT SETINFO LIB-NAME mine", "OK")
        .does(ClientVerbs::setInfo);
  }

  private static void setInfo(Call call) {
    Args args = call.args();
    if (args.is(2, "LIB-NAME")) {
      call.client().library = name(args, 3);
    } else if (args.is(2, "LIB-VER")) {
      call.client().libraryVersion = name(args, 3);
    } else {
      throw new DesasterException(ErrorCode.ERR, "Unrecognized option '" + args.printable(2) + "'");
    }
    call.reply(Reply.OK);
  }

  private static Verb noEvict() {
    return Verb.of("CLIENT NO-EVICT", "(ON | OFF)")
        .summary("Exists for client libraries; nothing is evicted here.")
        .reply("OK")
        .example("> CLIENT NO-EVICT ON", "OK")
        .does(ClientVerbs::onOrOff);
  }

  private static Verb noTouch() {
    return Verb.of("CLIENT NO-TOUCH", "(ON | OFF)")
        .summary("Exists for client libraries; nothing is touched here.")
        .reply("OK")
        .example("> CLIENT NO-TOUCH ON", "OK")
        .does(ClientVerbs::onOrOff);
  }

  private static void onOrOff(Call call) {
    if (!call.args().is(2, "ON") && !call.args().is(2, "OFF")) {
      throw syntaxError();
    }
    call.reply(Reply.OK);
  }

  private static DesasterException syntaxError() {
    return new DesasterException(ErrorCode.ERR, "syntax error");
  }
}
