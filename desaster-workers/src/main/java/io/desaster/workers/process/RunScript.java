/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The form of an order for {@code launcher.sh}: a script that becomes the process. Every text of
 * the order stands in single quotes, between which {@code sh} knows no character but the quote.
 */
final class RunScript {
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final int MILLIS = 1000;
  private static final int CPU_SECONDS_MORE = 2;

  private final ProcessOrder order;
  private final Path directory;
  private final StringBuilder script = new StringBuilder("#!/bin/sh\n");

  private RunScript(ProcessOrder order, Path directory) {
    this.order = order;
    this.directory = directory;
  }

  /** Script that turns into the ordered process; {@code directory} is the attempt's. */
  static String of(ProcessOrder order, Path directory) {
    RunScript run = new RunScript(order, directory);
    run.exportVariables();
    run.setLimits();
    run.changeDirectory();
    run.becomeProgram();
    return run.script.toString();
  }

  /** Assignments that {@code launcher.sh} reads. */
  static String limits(ProcessOrder order) {
    String limits =
        "timeout=%d grace=%d memory=%d cpu=%d output=%d"
            .formatted(
                Math.max(0, order.attempt().timeoutMillis()),
                Math.max(0, order.attempt().graceMillis()),
                Math.max(0, order.attempt().limits().memoryBytes()),
                Math.max(0, order.attempt().limits().cpuMillis()),
                order.outputLimit());
    return order.niced() ? limits + " nice=" + order.attempt().limits().nice() : limits;
  }

  static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  private void line(String text) {
    script.append(text).append('\n');
  }

  private String refuse(String reason) {
    return "{ printf '%s\\n' "
        + quote(reason.replaceAll("\\p{Cntrl}", " "))
        + " >"
        + quote(directory.resolve("failed").toString())
        + "; exit 127; }";
  }

  private Map<String, String> variables() {
    return order.environment(directory.resolve("progress"));
  }

  private void exportVariables() {
    variables()
        .forEach(
            (name, value) -> {
              if (VARIABLE.matcher(name).matches()) {
                line("export " + name + "=" + quote(value));
              }
            });
  }

  private void setLimits() {
    if (order.process().umask() != ProcessSpec.NO_UMASK) {
      line("umask " + Integer.toOctalString(order.process().umask()));
    }
    if (order.niced()) {
      line("echo " + order.attempt().limits().nice() + " 2>/dev/null >/proc/self/autogroup");
    }
    long cpuMillis = order.attempt().limits().cpuMillis();
    if (cpuMillis > 0) {
      line("ulimit -t " + (cpuMillis / MILLIS + CPU_SECONDS_MORE));
    }
  }

  private void changeDirectory() {
    String cwd = quote(order.cwd());
    String refusal = "cannot start in directory " + order.cwd();
    line("[ -d " + cwd + " ] || " + refuse(refusal + ": No such file or directory"));
    line("cd " + cwd + " 2>/dev/null || " + refuse(refusal + ": Permission denied"));
  }

  private void becomeProgram() {
    String program = order.process().argv().get(0);
    line(
        "command -v "
            + quote(program)
            + " >/dev/null 2>&1 || "
            + refuse("cannot start " + program + ": no such program"));
    String command =
        order.process().argv().stream().map(RunScript::quote).collect(Collectors.joining(" "));
    line("exec " + asUser() + oddVariables() + command);
  }

  /** Variables whose names are none for the shell go through {@code env}. */
  private String oddVariables() {
    String odd =
        variables().entrySet().stream()
            .filter(variable -> !VARIABLE.matcher(variable.getKey()).matches())
            .map(variable -> quote(variable.getKey() + "=" + variable.getValue()) + " ")
            .collect(Collectors.joining());
    return odd.isEmpty() ? "" : "env " + odd;
  }

  private String asUser() {
    String user = order.process().user();
    if (user.isEmpty()) {
      return "";
    }
    String refusal = "cannot start as user " + user;
    String progress = quote(directory.resolve("progress").toString());
    line("wanted=" + quote(user) + " found=");
    line("while IFS=: read -r name x uid gid gecos home shell; do");
    line(
        "  if [ \"$name\" = \"$wanted\" ] || [ \"$uid\" = \"$wanted\" ]; then found=$name; break; fi");
    line("done </etc/passwd");
    line("[ -n \"$found\" ] || " + refuse(refusal + ": there is no such user in /etc/passwd"));
    line("self=$(id -u)");
    line(
        "[ $self = 0 ] || [ $self = $uid ] || "
            + refuse(refusal + ": only root may switch, and the launcher does not run as root"));
    line("become=");
    line("if [ $self = 0 ]; then");
    line("  command -v setpriv >/dev/null || " + refuse(refusal + ": setpriv is not installed"));
    for (String name :
        new String[] {"HOME=$home", "USER=$found", "LOGNAME=$found", "SHELL=$shell"}) {
      if (!order.process().env().containsKey(name.substring(0, name.indexOf('=')))) {
        line("  export " + name);
      }
    }
    line("  exec 7>>" + progress);
    line(
        "  chown $uid:$gid "
            + quote(directory.resolve("out").toString())
            + " "
            + quote(directory.resolve("err").toString())
            + " "
            + progress);
    line("  export DESASTER_PROGRESS=/proc/self/fd/7");
    line("  become=\"setpriv --reuid $uid --regid $gid --init-groups --\"");
    line("fi");
    return "$become ";
  }
}
