/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.error.DesasterException;
import io.desaster.api.job.JobId;
import io.desaster.daemon.Surroundings;
import io.desaster.daemon.UsageException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The verbs of the command line. */
public final class Cli {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int HELP_WIDTH_MIN = 55;
  private static final int HELP_WIDTH_MAX = 100;
  private static final Set<String> ASK_FOR_HELP = Set.of("help", "--help", "-h");
  private static final Set<String> NEED_ALL = Set.of("help", "completion", "man-page");

  /** What follows the first word of the command belongs to the command. */
  private static final Set<String> TAKE_A_COMMAND = Set.of("run", "push");

  private final Outside outside;

  Cli(Outside outside) {
    this.outside = outside;
  }

  /** What stands before a verb. */
  @Command(
      name = "desaster",
      header = "Job queue manager: without a verb the daemon (see desaster -h), with one a client",
      synopsisSubcommandLabel = "VERB",
      commandListHeading = "%nverbs%n",
      optionListHeading = "%noptions of all verbs%n",
      exitCodeListHeading = "%nexit codes%n")
  static final class Top {
    @Mixin private final Session session;

    Top(Session session) {
      this.session = session;
    }

    Session session() {
      return session;
    }
  }

  private Map<String, Function<Session, Object>> verbs() {
    Map<String, Function<Session, Object>> verbs = new LinkedHashMap<>();
    verbs.put("run", RunCommand::new);
    verbs.put("push", PushCommand::new);
    verbs.put("wait", WaitCommand::new);
    verbs.put("logs", LogsCommand::new);
    verbs.put("status", StatusCommand::new);
    verbs.put("top", TopCommand::new);
    verbs.put("job", JobCommand::new);
    verbs.put("queue", QueueCommand::new);
    verbs.put("tree", TreeCommand::new);
    verbs.put("pool", PoolCommand::new);
    verbs.put("node", NodeCommand::new);
    verbs.put("operation", OperationCommand::new);
    verbs.put("cooldown", CoolDownCommand::new);
    verbs.put("audit", AuditCommand::new);
    verbs.put("journal", JournalCommand::new);
    verbs.put("simulate", SimulateCommand::new);
    verbs.put("bench", BenchCommand::new);
    verbs.put("completion", CompletionCommand::new);
    verbs.put("man-page", ManPageCommand::new);
    verbs.put("help", HelpCommand::new);
    verbs.put("version", VersionCommand::new);
    return verbs;
  }

  /** Executes a verb on the streams of this process; the answer is the exit code. */
  public static int main(List<String> arguments, String verb) {
    Printer printer =
        new Printer(
            stream(FileDescriptor.out), stream(FileDescriptor.err), Terminal.ofThisProcess());
    Cli cli =
        new Cli(
            new Outside(
                new ClientOpener(),
                new LocalStarter(),
                Interrupts::onInterrupt,
                Surroundings.ofThisProcess(),
                printer,
                System.in));
    try {
      return cli.execute(arguments, verb);
    } finally {
      printer.out().flush();
    }
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new java.io.BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_BYTES),
        false,
        StandardCharsets.UTF_8);
  }

  /**
   * Executes a verb.
   *
   * @param verb the verb among the arguments; only its part is set up, which saves time
   */
  int execute(List<String> arguments, String verb) {
    boolean help = arguments.stream().anyMatch(ASK_FOR_HELP::contains);
    return execute(arguments, verb, help ? helpWidth(outside.printer().columns()) : HELP_WIDTH_MAX);
  }

  /** As above, with lines of help of at most so many characters. */
  int execute(List<String> arguments, String verb, int helpWidth) {
    try (Session session = new Session(outside)) {
      CommandLine line = commandLine(session, verb);
      line.setUsageHelpWidth(helpWidth);
      return line.execute(arguments.toArray(new String[0]));
    }
  }

  /** So that lines end between words; the least is what the option column leaves room for. */
  static int helpWidth(int columns) {
    return Math.max(HELP_WIDTH_MIN, Math.min(columns, HELP_WIDTH_MAX));
  }

  private CommandLine commandLine(Session session, String verb) {
    CommandLine line = new CommandLine(new Top(session));
    Map<String, Function<Session, Object>> verbs = verbs();
    boolean whole = !verbs.containsKey(verb) || NEED_ALL.contains(verb);
    verbs.forEach(
        (name, make) -> {
          if (whole || name.equals(verb)) {
            CommandLine added = new CommandLine(make.apply(session));
            added.setStopAtPositional(TAKE_A_COMMAND.contains(name));
            line.addSubcommand(name, added);
          }
        });
    line.getCommandSpec().usageMessage().exitCodeList(ExitCode.texts());
    line.setOut(new PrintWriter(outside.printer().out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(outside.printer().err(), true, StandardCharsets.UTF_8));
    line.setExpandAtFiles(false);
    line.setParameterExceptionHandler(this::wrongUsage);
    line.setExecutionExceptionHandler(
        (failure, command, result) -> failed(failure, result.originalArgs()));
    return line;
  }

  private int wrongUsage(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    boolean verbMissing =
        command.getParent() == null && failure instanceof UnmatchedArgumentException;
    if (verbMissing) {
      String word = ((UnmatchedArgumentException) failure).getUnmatched().get(0);
      outside.printer().notice("there is no verb '" + word + "'; desaster help lists all");
    } else if (failure instanceof UnmatchedArgumentException unmatched
        && !command.getSubcommands().isEmpty()
        && !unmatched.isUnknownOption()) {
      String verb = command.getCommandName() + " " + unmatched.getUnmatched().get(0);
      String all = String.join(", ", new TreeSet<>(command.getSubcommands().keySet()));
      outside
          .printer()
          .notice("there is no '" + verb + "'; " + command.getCommandName() + " has " + all);
    } else {
      // The parser names Java's types.
      String message = failure.getMessage().replaceAll("is not an? (long|int)$", "is not a number");
      outside.printer().notice(message);
    }
    UnmatchedArgumentException.printSuggestions(failure, command.getErr());
    if (!verbMissing) {
      outside.printer().notice("see: " + command.getCommandSpec().qualifiedName() + " --help");
    }
    return ExitCode.USAGE;
  }

  private int failed(Exception failure, List<String> arguments) {
    if (failure instanceof DesasterException refusal) {
      outside.printer().notice(asWritten(refusal.toString(), arguments));
      return ExitCode.of(refusal.code());
    }
    if (failure instanceof CliException known) {
      outside.printer().notice(known.getMessage());
      return known.exitCode();
    }
    if (failure instanceof IOException) {
      outside.printer().notice(failure.toString());
      return ExitCode.INTERNAL;
    }
    if (failure instanceof UsageException || failure instanceof IllegalArgumentException) {
      outside.printer().notice(failure.getMessage());
      return ExitCode.USAGE;
    }
    outside.printer().notice("this should not have happened: " + failure);
    failure.printStackTrace(outside.printer().err());
    outside.printer().err().flush();
    return ExitCode.INTERNAL;
  }

  /** A message with the ids as the user wrote them, for texts that are no UUIDs stand for one. */
  private static String asWritten(String message, List<String> arguments) {
    String written = message;
    for (String argument : arguments) {
      if (!argument.isEmpty()) {
        written = written.replace(JobId.parse(argument).toString(), argument);
      }
    }
    return written;
  }
}
