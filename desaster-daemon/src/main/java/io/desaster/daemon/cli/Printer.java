/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.wire.Json;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** Writes answers: for people, or as JSON with the names of the wire form. */
final class Printer {
  private static final int UNLIMITED = Integer.MAX_VALUE;

  private final PrintStream out;
  private final PrintStream err;
  private final Terminal terminal;

  Printer(PrintStream out, PrintStream err, Terminal terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }

  Terminal terminal() {
    return terminal;
  }

  /** One JSON document on a line of its own. */
  void json(Object value) {
    out.println(Json.write(value));
    out.flush();
  }

  void line(String text) {
    out.println(text);
  }

  /** Says something to the person that is not part of the answer. */
  void notice(String text) {
    err.println("desaster: " + text);
    err.flush();
  }

  /** Columns of the terminal; without one as many as a line may have. */
  int columns() {
    return terminal.out() ? terminal.columns() : UNLIMITED;
  }

  void table(Table table) {
    table.lines(columns()).forEach(out::println);
  }

  /** Names and values one below the other; lists and maps below their name. */
  void fields(Map<String, Object> fields) {
    fields(fields, "");
  }

  private void fields(Map<?, ?> fields, String indent) {
    int width = fields.keySet().stream().mapToInt(key -> key.toString().length()).max().orElse(0);
    fields.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            out.println(indent + name);
            fields(map, indent + "  ");
          } else if (value instanceof List<?> list
              && list.stream().anyMatch(Map.class::isInstance)) {
            list(name.toString(), list, indent);
          } else if (!empty(value)) {
            out.println(indent + pad(name.toString(), width) + "  " + text(value));
          }
        });
  }

  private void list(String name, List<?> list, String indent) {
    for (Object element : list) {
      out.println(indent + name);
      if (element instanceof Map<?, ?> map) {
        fields(map, indent + "  ");
      } else {
        out.println(indent + "  " + text(element));
      }
    }
  }

  private static boolean empty(Object value) {
    return value instanceof Map<?, ?> map && map.isEmpty()
        || value instanceof List<?> list && list.isEmpty()
        || value instanceof byte[] bytes && bytes.length == 0
        || "".equals(value);
  }

  private static String text(Object value) {
    if (value instanceof byte[] bytes) {
      return Texts.oneLine(bytes);
    }
    if (value instanceof List<?> list) {
      return String.join(" ", list.stream().map(String::valueOf).toList());
    }
    return Texts.oneLine(String.valueOf(value));
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
