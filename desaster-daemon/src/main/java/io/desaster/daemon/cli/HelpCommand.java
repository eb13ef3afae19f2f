/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code help}: of all verbs or of one. */
@Command(name = "help", header = "Prints the help of a verb, or the list of verbs")
final class HelpCommand implements Callable<Integer> {
  private final Session session;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "VERB", arity = "0..*", description = "for example: queue pause")
  private List<String> words = new ArrayList<>();

  HelpCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CommandLine line = spec.root().commandLine();
    for (String word : words) {
      line = line.getSubcommands().get(word);
      if (line == null) {
        throw new CliException(
            ExitCode.USAGE,
            "there is no verb '" + String.join(" ", words) + "'; desaster help lists all");
      }
    }
    line.usage(session.printer().out());
    return ExitCode.OK;
  }
}
