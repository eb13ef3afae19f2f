/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.daemon.resp.wire.Args;
import io.desaster.daemon.resp.wire.RespWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Verbs about the connection itself, as Redis has them. */
final class SessionVerbs {
  private final RespServer server;
  private final Authenticator authenticator;

  SessionVerbs(RespServer server) {
    this.server = server;
    this.authenticator = new Authenticator(server);
  }

  List<Verb> all() {
    return List.of(hello(), auth(), ping(), echo(), select(), time(), reset(), quit());
  }

  private Verb hello() {
    return Verb.of("HELLO", "[protover [AUTH username password] [SETNAME clientname]]")
        .flag(Verb.Flag.NO_AUTH)
        .hides(3)
        .hides(4)
        .hides(5)
        .hides(6)
        .summary("Chooses RESP2 or RESP3, authenticates and names the connection, all optional.")
        .reply("a map of facts about the server")
        .error("NOPROTO protover is neither 2 nor 3")
        .error("NOAUTH the connection must authenticate and did not")
        .error("WRONGPASS the key is wrong")
        .example(
            "> HELLO 3",
            "1# \"server\" => \"desaster\"",
            "2# \"version\" => \"…\"",
            "3# \"proto\" => (integer) 3",
            "4# \"id\" => (integer) …",
            "5# \"mode\" => \"standalone\"",
            "6# \"role\" => \"master\"",
            "7# \"modules\" => (empty array)",
            "8# \"node\" => \"…\"")
        .does(this::hello);
  }

  private void hello(Call call) {
    try {
      greet(call);
    } catch (NoSuchProtocol e) {
      call.reply(new Reply.Error("NOPROTO", e.getMessage()));
    }
  }

  private void greet(Call call) {
    Args args = call.args();
    Client client = call.client();
    boolean resp3 = args.count() > 1 ? protocol(args) : client.resp3;
    int auth = 0;
    int name = 0;
    for (int i = 2; i < args.count(); i++) {
      if (args.is(i, "AUTH") && i + 2 < args.count()) {
        auth = i + 1;
        i += 2;
      } else if (args.is(i, "SETNAME") && i + 1 < args.count()) {
        name = ++i;
      } else {
        throw new DesasterException(
            ErrorCode.ERR, "Syntax error in HELLO option '" + args.printable(i) + "'");
      }
    }
    if (auth > 0) {
      authenticator.authenticate(call, auth, auth + 1);
    } else if (client.trust != Client.Trust.TRUSTED) {
      call.reply(helloRefusal(client));
      return;
    }
    if (name > 0) {
      client.name = ClientVerbs.name(args, name);
    }
    call.reply(out -> greet(client, resp3, out));
  }

  private boolean protocol(Args args) {
    String version = args.printable(1);
    if (version.equals("3") || version.equals("2")) {
      return version.equals("3");
    }
    if (!version.matches("-?[0-9]{1,18}")) {
      throw new DesasterException(
          ErrorCode.ERR, "Protocol version is not an integer or out of range");
    }
    throw new NoSuchProtocol();
  }

  /** Redis has a code of its own for it, which clients look for. */
  private static final class NoSuchProtocol extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoSuchProtocol() {
      super("unsupported protocol version", null, false, false);
    }
  }

  private Reply helloRefusal(Client client) {
    if (server.options().keys().isDefault()) {
      return server.authRefusal(client);
    }
    return Reply.error(
        ErrorCode.NOAUTH,
        "HELLO must be called with the client already authenticated, otherwise the HELLO <proto>"
            + " AUTH <user> <pass> option can be used to authenticate the client and select the"
            + " RESP protocol version at the same time");
  }

  /** The version changes as the answer is written: answers before it keep the old one. */
  private void greet(Client client, boolean resp3, RespWriter out) {
    client.resp3 = resp3;
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("server", "desaster");
    facts.put("version", server.options().version());
    facts.put("proto", resp3 ? 3 : 2);
    facts.put("id", client.id());
    facts.put("mode", "standalone");
    facts.put("role", "master");
    facts.put("modules", List.of());
    facts.put("node", server.options().nodeName());
    out.resp3(resp3).value(facts);
  }

  private Verb auth() {
    return Verb.of("AUTH", "[username] password")
        .flag(Verb.Flag.NO_AUTH)
        .hides(1)
        .hides(2)
        .summary("Gives the key of the group.")
        .reply("OK")
        .note(
            "The username, if given, is `default`. Needed from other hosts, and from users of the"
                + " daemon's host other than its own and root.")
        .error("WRONGPASS the key is wrong")
        .error("DENIED too many wrong keys came from there lately, or the daemon has no own key")
        .example("> AUTH default", "OK")
        .does(this::auth);
  }

  private void auth(Call call) {
    boolean named = call.args().count() == 3;
    authenticator.authenticate(call, named ? 1 : -1, named ? 2 : 1);
    call.reply(Reply.OK);
  }

  private Verb ping() {
    return Verb.of("PING", "[message]")
        .summary("Answers, to show that the server lives.")
        .reply("PONG, or the message")
        .example("> PING", "PONG", "> PING hello", "\"hello\"")
        .does(SessionVerbs::ping);
  }

  private static void ping(Call call) {
    boolean plain = call.args().count() == 1;
    byte[] message = plain ? new byte[0] : call.args().bytes(1);
    Client client = call.client();
    if (client.subscriptions() > 0 && !client.resp3) {
      call.reply(out -> out.array(2).bulk("pong").bulk(message));
    } else {
      call.reply(plain ? Reply.simple("PONG") : Reply.of(message));
    }
  }

  private static Verb echo() {
    return Verb.of("ECHO", "message")
        .summary("Answers what was sent.")
        .reply("the message")
        .example("> ECHO \"hello there\"", "\"hello there\"")
        .does(call -> call.reply(Reply.of(call.args().bytes(1))));
  }

  private static Verb select() {
    return Verb.of("SELECT", "index")
        .summary("Exists for client libraries: there is one data space, number 0.")
        .reply("OK")
        .error("ERR index is not 0")
        .example("> SELECT 0", "OK")
        .does(SessionVerbs::select);
  }

  private static void select(Call call) {
    String index = call.args().printable(1);
    if (!index.matches("-?[0-9]{1,9}")) {
      throw new DesasterException(ErrorCode.ERR, "value is not an integer or out of range");
    }
    if (!index.equals("0")) {
      throw new DesasterException(ErrorCode.ERR, "DB index is out of range");
    }
    call.reply(Reply.OK);
  }

  private static Verb time() {
    return Verb.of("TIME", "")
        .summary("Tells the server's clock.")
        .reply("two numbers as texts: seconds since 1970 and microseconds in that second")
        .example("> TIME", "1) \"…\"", "2) \"…\"")
        .does(SessionVerbs::time);
  }

  private static void time(Call call) {
    Instant now = Instant.now();
    call.reply(
        Reply.of(
            List.of(Long.toString(now.getEpochSecond()), Integer.toString(now.getNano() / 1_000))));
  }

  private static Verb reset() {
    return Verb.of("RESET", "")
        .flag(Verb.Flag.NO_AUTH)
        .summary("Makes the connection as it was when it was new.")
        .reply("RESET")
        .example("> RESET", "RESET")
        .does(SessionVerbs::reset);
  }

  private static void reset(Call call) {
    Client client = call.client();
    client.name = "";
    call.connection().forgetTrust();
    call.reply(
        out -> {
          client.unsubscribeAll();
          client.resp3 = false;
          out.resp3(false).simple("RESET");
        });
  }

  private static Verb quit() {
    return Verb.of("QUIT", "")
        .flag(Verb.Flag.NO_AUTH)
        .summary("Closes the connection when all that was asked before is answered.")
        .reply("OK")
        .example("> QUIT", "OK")
        .does(
            call -> {
              call.reply(Reply.OK);
              call.connection().closeAfterAnswers(CloseReason.CLIENT);
            });
  }
}
