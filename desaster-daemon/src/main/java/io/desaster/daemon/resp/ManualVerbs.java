/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.daemon.resp.wire.Args;
import java.util.ArrayList;
import java.util.List;

/** HELP and COMMAND. */
final class ManualVerbs {
  private final RespServer server;

  ManualVerbs(RespServer server) {
    this.server = server;
  }

  List<Verb> all() {
    return List.of(help(), command(), count(), list(), info(), docs());
  }

  private Verb help() {
    return Verb.of("HELP", "[verb [subcommand]]")
        .summary("Lists all verbs, or tells more of one.")
        .reply("lines of text")
        .error("NOTFOUND there is no such verb")
        .example("> HELP ECHO", "1) ECHO message", "2)     Answers what was sent.", "…")
        .does(call -> call.reply(server.manual().help(words(call.args(), 1))));
  }

  private Verb command() {
    return Verb.of("COMMAND", "")
        .summary("Describes all verbs as Redis describes its commands.")
        .reply("an array with an entry for each verb; see COMMAND INFO")
        .example("> COMMAND", "1) 1) \"hello\"", "…")
        .does(call -> call.reply(server.manual().commands(List.of())));
  }

  private Verb count() {
    return Verb.of("COMMAND COUNT", "")
        .summary("Counts the verbs, those with subcommands once.")
        .reply("a number")
        .example("> COMMAND COUNT", "(integer) …")
        .does(call -> call.reply(Reply.of(server.manual().count())));
  }

  private Verb list() {
    return Verb.of("COMMAND LIST", "")
        .summary("Lists the names of the verbs, without subcommands.")
        .reply("an array of names")
        .example("> COMMAND LIST", "1) \"hello\"", "…")
        .does(call -> call.reply(Reply.of(server.manual().names())));
  }

  private Verb info() {
    return Verb.of("COMMAND INFO", "[verb …]")
        .summary("Describes the given verbs, or all.")
        .reply(
            "for each an array of name, number of words (negative: at least), flags, three zeros"
                + " (there are no keys), three empty arrays, and the subcommands in the same form;"
                + " nil for an unknown verb")
        .example("> COMMAND INFO echo", "1) 1) \"echo\"", "   2) (integer) 2", "…")
        .does(call -> call.reply(server.manual().commands(words(call.args(), 2))));
  }

  private Verb docs() {
    return Verb.of("COMMAND DOCS", "[verb …]")
        .summary("Documents the given verbs, or all; `redis-cli` takes its hints from it.")
        .reply("a map of name to a map with summary, since, group, arguments and subcommands")
        .example("> COMMAND DOCS echo", "1# \"echo\" =>", "   1# \"summary\" => \"…\"", "…")
        .does(call -> call.reply(server.manual().docs(words(call.args(), 2))));
  }

  private static List<String> words(Args args, int from) {
    List<String> words = new ArrayList<>();
    for (int i = from; i < args.count(); i++) {
      words.add(args.printable(i));
    }
    return words;
  }
}
