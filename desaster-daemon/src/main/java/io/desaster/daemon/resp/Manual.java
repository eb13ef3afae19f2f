/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.api.error.ErrorCode;
import io.desaster.daemon.resp.wire.Args;
import io.desaster.daemon.resp.wire.RespWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the server says about its own verbs: HELP, COMMAND, COMMAND DOCS, and errors of form. */
final class Manual {
  private final Verbs verbs;
  private final Map<String, List<Verb>> byName = new LinkedHashMap<>();

  Manual(Verbs verbs) {
    this.verbs = verbs;
    verbs.all().forEach(v -> byName.computeIfAbsent(v.name(), n -> new ArrayList<>()).add(v));
  }

  Reply unknownVerb(Args args) {
    StringBuilder text = new StringBuilder("unknown command '").append(args.printable(0));
    text.append("', with args beginning with: ");
    for (int i = 1; i < args.count() && text.length() < 128; i++) {
      text.append('\'').append(args.printable(i)).append("' ");
    }
    return Reply.error(ErrorCode.ERR, text.toString());
  }

  /** For a known name with an unknown subcommand, or with the wrong number of arguments. */
  Reply wrongForm(Args args, Verbs.Group group, Verb verb) {
    if (verb != null) {
      return Reply.error(
          ErrorCode.ERR,
          "wrong number of arguments for '"
              + verb.pipedName()
              + "' command; the form is: "
              + verb.usage());
    }
    if (args.count() < 2) {
      return Reply.error(
          ErrorCode.ERR,
          "wrong number of arguments for '"
              + group.name.toLowerCase(Locale.ROOT)
              + "' command; it needs a subcommand, see "
              + group.name
              + " HELP");
    }
    return Reply.error(
        ErrorCode.ERR,
        "unknown subcommand '" + args.printable(1) + "'. Try " + group.name + " HELP.");
  }

  /** HELP of a verb with subcommands. */
  Reply help(Verbs.Group group) {
    return lines(helpLines(group.name));
  }

  /** HELP with what follows it. */
  Reply help(List<String> words) {
    if (words.isEmpty()) {
      List<String> lines = new ArrayList<>();
      lines.add("HELP verb tells more of a verb. These are known:");
      verbs.all().forEach(verb -> lines.add(verb.usage()));
      return lines(lines);
    }
    String name = words.get(0).toUpperCase(Locale.ROOT);
    List<Verb> meant = byName.getOrDefault(name, List.of());
    if (words.size() > 1) {
      meant = meant.stream().filter(v -> v.subcommand().equalsIgnoreCase(words.get(1))).toList();
    }
    if (meant.isEmpty()) {
      return Reply.error(
          ErrorCode.NOTFOUND,
          "there is no verb '" + String.join(" ", words) + "'; HELP lists those there are");
    }
    return lines(meant.size() == 1 ? page(meant.get(0)) : helpLines(name));
  }

  private List<String> helpLines(String name) {
    List<String> lines = new ArrayList<>();
    lines.add(name + " <subcommand> [<arg> …]. Subcommands are:");
    for (Verb verb : byName.get(name)) {
      lines.add(verb.usage());
      lines.add("    " + verb.summary());
    }
    return lines;
  }

  private static List<String> page(Verb verb) {
    List<String> lines = new ArrayList<>();
    lines.add(verb.usage());
    lines.add("    " + verb.summary());
    lines.add("    Answers: " + verb.reply());
    verb.notes().forEach(note -> lines.add("    " + note));
    verb.errors().forEach(error -> lines.add("    " + error));
    verb.example().forEach(line -> lines.add("        " + line));
    return lines;
  }

  private static Reply lines(List<String> lines) {
    return out -> {
      out.array(lines.size());
      lines.forEach(out::simple);
    };
  }

  int count() {
    return byName.size();
  }

  List<String> names() {
    return byName.keySet().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  /** COMMAND INFO of the named verbs, of all if none is named. */
  Reply commands(List<String> names) {
    List<String> wanted = names.isEmpty() ? List.copyOf(byName.keySet()) : names;
    return out -> {
      out.array(wanted.size());
      wanted.forEach(name -> command(name.toUpperCase(Locale.ROOT), out));
    };
  }

  private void command(String name, RespWriter out) {
    List<Verb> known = byName.get(name);
    if (known == null) {
      out.nil();
      return;
    }
    boolean bare = known.get(0).subcommand().isEmpty();
    int arity = known.size() > 1 ? bare ? -1 : -2 : known.get(0).arity();
    describe(name.toLowerCase(Locale.ROOT), arity, known, out);
    List<Verb> subcommands = known.stream().filter(v -> !v.subcommand().isEmpty()).toList();
    out.array(subcommands.size());
    for (Verb verb : subcommands) {
      describe(verb.pipedName(), verb.arity(), List.of(verb), out);
      out.array(0);
    }
  }

  /** All of a COMMAND entry but its subcommands. There are no keys to point at. */
  private static void describe(String name, int arity, List<Verb> verbs, RespWriter out) {
    out.array(10).bulk(name).integer(arity);
    Set<String> flags = new LinkedHashSet<>();
    verbs.forEach(verb -> flags.addAll(flags(verb)));
    out.set(flags.size());
    flags.forEach(out::simple);
    out.integer(0).integer(0).integer(0);
    out.set(0).array(0).array(0);
  }

  private static List<String> flags(Verb verb) {
    List<String> flags = new ArrayList<>();
    switch (verb.access()) {
      case READ -> flags.add("readonly");
      case WRITE -> flags.add("write");
      case LOCAL -> flags.add("fast");
    }
    for (Verb.Flag flag : Verb.Flag.values()) {
      if (verb.is(flag)) {
        flags.add(flag.name().toLowerCase(Locale.ROOT));
      }
    }
    return flags;
  }

  /** COMMAND DOCS of the named verbs, of all if none is named; unknown ones are left out. */
  Reply docs(List<String> names) {
    List<String> wanted =
        (names.isEmpty() ? byName.keySet().stream() : names.stream())
            .map(name -> name.toUpperCase(Locale.ROOT))
            .filter(byName::containsKey)
            .toList();
    return out -> {
      out.map(wanted.size());
      wanted.forEach(name -> out.bulk(name.toLowerCase(Locale.ROOT)).value(docs(name)));
    };
  }

  private Map<String, Object> docs(String name) {
    List<Verb> known = byName.get(name);
    Map<String, Object> docs = new LinkedHashMap<>();
    List<Verb> subcommands = known.stream().filter(v -> !v.subcommand().isEmpty()).toList();
    if (subcommands.size() < known.size()) {
      docs.putAll(docs(known.get(0)));
    } else {
      docs.put("summary", "Verbs of " + name.toLowerCase(Locale.ROOT) + "; see HELP " + name);
      docs.put("since", "0.1.0");
      docs.put("group", "desaster");
    }
    if (!subcommands.isEmpty()) {
      Map<String, Object> below = new LinkedHashMap<>();
      subcommands.forEach(verb -> below.put(verb.pipedName(), docs(verb)));
      docs.put("subcommands", below);
    }
    return docs;
  }

  private static Map<String, Object> docs(Verb verb) {
    Map<String, Object> docs = new LinkedHashMap<>();
    docs.put("summary", verb.summary());
    docs.put("since", "0.1.0");
    docs.put("group", "desaster");
    List<Object> arguments = arguments(Grammar.parse(verb.grammar()));
    if (!arguments.isEmpty()) {
      docs.put("arguments", arguments);
    }
    return docs;
  }

  private static List<Object> arguments(Grammar.Part part) {
    if (part instanceof Grammar.Row row) {
      List<Object> arguments = new ArrayList<>();
      row.parts().forEach(each -> arguments.add(argument(each, Set.of())));
      return arguments;
    }
    return List.of(argument(part, Set.of()));
  }

  private static Map<String, Object> argument(Grammar.Part part, Set<String> flags) {
    if (part instanceof Grammar.Maybe maybe) {
      return argument(maybe.part(), with(flags, "optional"));
    }
    if (part instanceof Grammar.Many many) {
      return argument(many.part(), with(flags, "multiple"));
    }
    Map<String, Object> argument = new LinkedHashMap<>();
    if (part instanceof Grammar.Word word) {
      argument.put("name", word.text().toLowerCase(Locale.ROOT));
      argument.put("type", word.literal() ? "pure-token" : "string");
      argument.put(word.literal() ? "token" : "display_text", word.text());
    } else {
      boolean row = part instanceof Grammar.Row;
      List<Grammar.Part> parts =
          row ? ((Grammar.Row) part).parts() : ((Grammar.Choice) part).parts();
      argument.put("name", row ? "block" : "choice");
      argument.put("type", row ? "block" : "oneof");
      argument.put("arguments", parts.stream().map(p -> argument(p, Set.of())).toList());
    }
    if (!flags.isEmpty()) {
      argument.put("flags", flags);
    }
    return argument;
  }

  private static Set<String> with(Set<String> flags, String flag) {
    Set<String> more = new LinkedHashSet<>(flags);
    more.add(flag);
    return more;
  }
}
