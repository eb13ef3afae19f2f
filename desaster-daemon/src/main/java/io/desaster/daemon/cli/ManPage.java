/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.daemon.Version;
import java.util.List;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the man page, in roff, from the same descriptions that the help is made of. */
final class ManPage {
  private final StringBuilder page = new StringBuilder();

  private ManPage() {}

  static String of(CommandSpec top) {
    ManPage man = new ManPage();
    man.head();
    man.daemon();
    man.page.append(".SH VERBS\n");
    man.text("Options of all verbs:");
    top.options().forEach(man::option);
    top.subcommands().values().stream()
        .map(line -> line.getCommandSpec())
        .filter(verb -> !verb.usageMessage().hidden())
        .forEach(verb -> man.verb(verb, "desaster " + verb.name()));
    man.tail();
    return man.page.toString();
  }

  private void head() {
    page.append(".TH DESASTER 1 \"\" \"desaster ")
        .append(escape(Version.number()))
        .append("\" \"\"\n");
    page.append(".SH NAME\ndesaster \\- job queue manager: the daemon and its command line\n");
    page.append(".SH SYNOPSIS\n.B desaster\n[\\fIoptions of the daemon\\fR]\n.br\n");
    page.append(".B desaster\n\\fIVERB\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]\n");
  }

  private void daemon() {
    page.append(".SH DAEMON\n");
    text("Without a verb desaster is the daemon. It takes jobs, keeps them on disk and runs them.");
    for (io.desaster.daemon.Option option : io.desaster.daemon.Option.values()) {
      String names = option == io.desaster.daemon.Option.HELP ? "-?, " : "";
      names += option.shortName() == '\0' ? "" : "-" + option.shortName() + ", ";
      names += "--" + option.longName();
      item(option.flag() ? names : names + "=" + option.valueName(), option.help());
    }
    text(
        "Each option is also a variable of the environment (--data-dir is DESASTER_DATA_DIR) and a"
            + " key of the configuration file. The command line goes before the environment, that"
            + " before the file.");
    text("The daemon exits with 0 when it was stopped by TERM or INT, with 1 if it cannot start,");
    text(
        "with 2 if an option is wrong, with 3 if the data directory or the port is in use, with 4"
            + " if it stopped itself because it could no longer keep jobs safe.");
  }

  private void verb(CommandSpec verb, String name) {
    page.append(".SS \"").append(escape(name + synopsis(verb))).append("\"\n");
    List.of(verb.usageMessage().header()).forEach(this::text);
    List.of(verb.usageMessage().description()).forEach(this::text);
    verb.options().stream()
        .filter(option -> !option.inherited() && !option.hidden())
        .forEach(this::option);
    verb.subcommands().values().stream()
        .map(line -> line.getCommandSpec())
        .filter(sub -> !sub.usageMessage().hidden())
        .forEach(sub -> verb(sub, name + " " + sub.name()));
  }

  private static String synopsis(CommandSpec verb) {
    StringBuilder synopsis = new StringBuilder();
    if (!verb.subcommands().isEmpty()) {
      return "";
    }
    boolean options = verb.options().stream().anyMatch(o -> !o.inherited());
    synopsis.append(options ? " [options]" : "");
    for (PositionalParamSpec word : verb.positionalParameters()) {
      boolean many = word.arity().max() > 1;
      String label = word.paramLabel() + (many ? "..." : "");
      ArgGroupSpec group = word.group();
      if (group != null) {
        label = "{" + label + " | --filter=FILTER}";
      }
      synopsis.append(word.arity().min() == 0 ? " [" + label + "]" : " " + label);
    }
    return synopsis.toString();
  }

  private void option(OptionSpec option) {
    String names = String.join(", ", option.names());
    boolean flag = option.arity().max() == 0;
    item(flag ? names : names + "=" + option.paramLabel(), description(option));
  }

  private static String description(ArgSpec argument) {
    return String.join(" ", argument.description());
  }

  private void item(String head, String text) {
    page.append(".TP\n.B \"").append(escape(head)).append("\"\n");
    page.append(line(text)).append('\n');
  }

  private void text(String text) {
    page.append(".PP\n").append(line(text)).append('\n');
  }

  private void tail() {
    page.append(".SH EXIT STATUS OF THE VERBS\n");
    ExitCode.texts().forEach(this::item);
    text(
        "run besides these exits with the code of its job: 128 and the number of the signal if a"
            + " signal ended it.");
    page.append(".SH EXAMPLES\n.nf\ndesaster run -- 'make test'\n");
    page.append("desaster push --queue=mail --delay=5m -- 'sendmail -q'\n");
    page.append("desaster job list state=failed 'age<1d'\n");
    page.append("desaster job retry --filter='state=failed queue=mail'\n.fi\n");
    page.append(".SH COPYRIGHT\n.nf\n").append(line(Version.notice().strip())).append("\n.fi\n");
  }

  private static String line(String text) {
    String escaped = escape(text);
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }

  private static String escape(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq");
  }
}
