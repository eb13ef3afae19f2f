/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes replies as {@code redis-cli} shows them, and compares them with what is documented. */
public final class Notation {
  private Notation() {}

  /** The reply, line by line. */
  public static List<String> lines(Object reply) {
    if (reply instanceof WireClient.Push push) {
      return lines(push.content());
    }
    if (reply instanceof WireClient.Verbatim verbatim) {
      return List.of(verbatim.text().split("\r?\n"));
    }
    if (reply instanceof Map<?, ?> map && !map.isEmpty()) {
      return mapLines(map);
    }
    if (reply instanceof Collection<?> elements && !elements.isEmpty()) {
      List<String> lines = new ArrayList<>();
      int number = 0;
      for (Object element : elements) {
        number++;
        lines.addAll(indented(number + ") ", lines(element)));
      }
      return lines;
    }
    return List.of(single(reply));
  }

  private static List<String> mapLines(Map<?, ?> map) {
    List<String> lines = new ArrayList<>();
    int number = 0;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      number++;
      String head = number + "# " + single(entry.getKey()) + " =>";
      List<String> value = lines(entry.getValue());
      if (nested(entry.getValue())) {
        lines.add(head);
        value.forEach(line -> lines.add("   " + line));
      } else {
        lines.add(head + ' ' + value.get(0));
      }
    }
    return lines;
  }

  private static boolean nested(Object value) {
    return value instanceof Map<?, ?> map && !map.isEmpty()
        || value instanceof Collection<?> elements && !elements.isEmpty();
  }

  private static List<String> indented(String first, List<String> lines) {
    List<String> indented = new ArrayList<>();
    for (String line : lines) {
      indented.add((indented.isEmpty() ? first : " ".repeat(first.length())) + line);
    }
    return indented;
  }

  private static String single(Object value) {
    if (value == null) {
      return "(nil)";
    }
    if (value instanceof WireClient.Simple simple) {
      return simple.text();
    }
    if (value instanceof WireClient.Failure failure) {
      return "(error) " + failure.text();
    }
    if (value instanceof Long number) {
      return "(integer) " + number;
    }
    if (value instanceof Double number) {
      return "(double) " + number;
    }
    if (value instanceof Boolean truth) {
      return "(" + truth + ")";
    }
    if (value instanceof String text) {
      return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
    return value instanceof Map ? "(empty hash)" : "(empty array)";
  }

  /**
   * Whether lines are as documented. {@code …} stands for any text in a line, and alone on a line
   * for any lines.
   */
  public static boolean matches(List<String> documented, List<String> lines) {
    StringBuilder pattern = new StringBuilder();
    for (String line : documented) {
      if (line.equals("…")) {
        pattern.append("(.*\n)*");
        continue;
      }
      String quoted = Pattern.quote(line).replace("…", "\\E.*\\Q");
      pattern.append(quoted).append('\n');
    }
    return Pattern.matches(pattern.toString(), String.join("\n", lines) + "\n");
  }
}
