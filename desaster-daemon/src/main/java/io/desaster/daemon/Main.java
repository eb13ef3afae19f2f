/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import io.desaster.daemon.cli.Cli;
import java.util.List;
import java.util.Optional;

/** The program: with a verb among the arguments a client, else the daemon. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    List<String> arguments = List.of(args);
    Optional<String> verb = findVerb(arguments);
    int exitCode = verb.isPresent() ? Cli.main(arguments, verb.get()) : Daemon.main(arguments);
    System.exit(exitCode);
  }

  /** The first argument that is neither an option nor an option's value. */
  static Optional<String> findVerb(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("-") || argument.equals("-")) {
        return Optional.of(argument);
      }
      if (takesNext(argument)) {
        i++;
      }
    }
    return Optional.empty();
  }

  private static boolean takesNext(String argument) {
    if (argument.startsWith("--")) {
      return Option.byLongName(argument.substring(2)).filter(o -> !o.flag()).isPresent()
          || argument.equals("--host")
          || argument.equals("--group-key");
    }
    char last = argument.charAt(argument.length() - 1);
    boolean valueAttached =
        argument
            .substring(1, argument.length() - 1)
            .chars()
            .anyMatch(c -> Option.byShortName((char) c).filter(o -> !o.flag()).isPresent());
    return !valueAttached
        && (last == 'H' || Option.byShortName(last).filter(o -> !o.flag()).isPresent());
  }
}
