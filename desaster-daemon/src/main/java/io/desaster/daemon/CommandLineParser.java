/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Reads the daemon's options from the command line and the environment. Written by hand because a
 * parser library would take a quarter of the time the daemon has to start.
 */
final class CommandLineParser {
  static final int COMMAND_LINE = 0;
  static final int ENVIRONMENT = 1;

  private CommandLineParser() {}

  /**
   * @throws UsageException if an argument is no option, or lacks its value
   */
  static void readArguments(List<String> arguments, Settings settings) {
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String argument = rest.next();
      if (argument.startsWith("--")) {
        readLong(argument, rest, settings);
      } else if (argument.startsWith("-") && argument.length() > 1) {
        readShort(argument, rest, settings);
      } else {
        throw new UsageException("'" + argument + "' is not an option");
      }
    }
  }

  private static void readLong(String argument, Iterator<String> rest, Settings settings) {
    int equals = argument.indexOf('=');
    String name = equals < 0 ? argument.substring(2) : argument.substring(2, equals);
    Option option =
        Option.byLongName(name)
            .orElseThrow(() -> new UsageException("there is no option --" + name));
    String value;
    if (equals >= 0) {
      value = argument.substring(equals + 1);
    } else {
      value = option.flag() ? "true" : next("--" + name, option, rest);
    }
    settings.put(option, value, "--" + name, COMMAND_LINE);
  }

  private static void readShort(String argument, Iterator<String> rest, Settings settings) {
    for (int i = 1; i < argument.length(); i++) {
      char letter = argument.charAt(i);
      Option option =
          Option.byShortName(letter)
              .orElseThrow(() -> new UsageException("there is no option -" + letter));
      if (option.flag()) {
        settings.put(option, "true", "-" + letter, COMMAND_LINE);
      } else {
        String attached = argument.substring(i + 1);
        String value = attached.isEmpty() ? next("-" + letter, option, rest) : attached;
        settings.put(option, value, "-" + letter, COMMAND_LINE);
        return;
      }
    }
  }

  private static String next(String name, Option option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new UsageException(name + " needs a value: " + option.valueName());
    }
    return rest.next();
  }

  /** Inside a job {@code DESASTER_KEY} is the job's own key, so it is not read as the group's. */
  static void readEnvironment(Map<String, String> environment, Settings settings) {
    boolean insideJob = environment.containsKey("DESASTER_JOB_ID");
    for (Option option : Option.values()) {
      String value = environment.get(option.environmentName());
      boolean jobsOwn = insideJob && option == Option.KEY;
      if (value != null && option.lasting() && !jobsOwn) {
        settings.put(option, value, option.environmentName(), ENVIRONMENT);
      }
    }
  }
}
