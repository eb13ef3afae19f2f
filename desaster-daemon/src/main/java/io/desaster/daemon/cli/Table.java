/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Rows in aligned columns, numbers to the right. */
final class Table {
  private static final Pattern NUMBER = Pattern.compile("-|-?[0-9][0-9.,]*(ms|/s|[smhd%])?");

  private final List<String[]> rows = new ArrayList<>();

  Table(String... header) {
    rows.add(header);
  }

  Table row(Object... cells) {
    String[] row = new String[cells.length];
    for (int i = 0; i < cells.length; i++) {
      row[i] = String.valueOf(cells[i]);
    }
    rows.add(row);
    return this;
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  /** Lines of at most {@code width} characters. */
  List<String> lines(int width) {
    int columns = rows.get(0).length;
    int[] widths = new int[columns];
    boolean[] numbers = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      numbers[c] = !isEmpty();
      for (int r = 0; r < rows.size(); r++) {
        String cell = rows.get(r)[c];
        widths[c] = Math.max(widths[c], cell.length());
        numbers[c] &= r == 0 || numeric(cell);
      }
    }
    return rows.stream().map(row -> line(row, widths, numbers, width)).toList();
  }

  private static String line(String[] row, int[] widths, boolean[] numbers, int width) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < row.length; c++) {
      String padding = " ".repeat(widths[c] - row[c].length());
      line.append(c == 0 ? "" : "  ");
      line.append(numbers[c] ? padding + row[c] : row[c] + padding);
    }
    String text = line.toString().stripTrailing();
    return text.length() <= width ? text : text.substring(0, Math.max(0, width - 1)) + "…";
  }

  private static boolean numeric(String cell) {
    return NUMBER.matcher(cell).matches();
  }
}
