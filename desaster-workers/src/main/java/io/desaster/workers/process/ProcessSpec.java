/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import java.util.List;
import java.util.Map;

/**
 * A process to run.
 *
 * @param argv program and arguments, at least the program; without a slash it is looked for in PATH
 * @param env added to the launcher's environment
 * @param cwd working directory, empty: {@code /}
 * @param stdin what it reads from standard input; empty: nothing
 * @param user name or number of the user to run as, empty: the launcher's own
 * @param umask file creation mask, -1: the launcher's own
 */
public record ProcessSpec(
    List<String> argv, Map<String, String> env, String cwd, byte[] stdin, String user, int umask) {

  public static final byte[] NO_STDIN = {};
  public static final int NO_UMASK = -1;

  /**
   * @throws IllegalArgumentException if a text cannot be given to a process
   */
  public ProcessSpec {
    argv = List.copyOf(argv);
    env = Map.copyOf(env);
    if (argv.isEmpty() || argv.get(0).isEmpty()) {
      throw new IllegalArgumentException("a process needs a program to run, and none is given");
    }
    argv.forEach(argument -> refuseNul("an argument", argument));
    env.forEach(ProcessSpec::requireVariable);
    refuseNul("the working directory", cwd);
    refuseNul("the user", user);
    if (umask < NO_UMASK || umask > 0777) {
      throw new IllegalArgumentException(
          "umask must be 0 to 777, octal, not " + Integer.toOctalString(umask));
    }
  }

  private static void requireVariable(String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0) {
      throw new IllegalArgumentException(
          "the name of an environment variable must not be empty or hold '=': '" + name + "'");
    }
    refuseNul("the name of an environment variable", name);
    refuseNul("environment variable " + name, value);
  }

  private static void refuseNul(String what, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          what + " holds a NUL character, which no process can be given");
    }
  }
}
