/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Whether and how large a terminal there is. */
final class Terminal {
  private static final int USUAL_COLUMNS = 80;
  private static final int USUAL_ROWS = 24;

  private final boolean out;
  private final boolean err;

  Terminal(boolean out, boolean err) {
    this.out = out;
    this.err = err;
  }

  static Terminal ofThisProcess() {
    return new Terminal(isTerminal(1), isTerminal(2));
  }

  /** Whether stdout goes to a person. */
  boolean out() {
    return out;
  }

  /** Whether stderr goes to a person. */
  boolean err() {
    return err;
  }

  int columns() {
    return size()[1];
  }

  int rows() {
    return size()[0];
  }

  private int[] size() {
    int[] size = {USUAL_ROWS, USUAL_COLUMNS};
    if (!out && !err) {
      return size;
    }
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Path.of("/dev/tty").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String[] numbers = new String(stty.getInputStream().readAllBytes()).strip().split(" ");
      if (stty.waitFor(1, TimeUnit.SECONDS) && numbers.length == 2) {
        int rows = Integer.parseInt(numbers[0]);
        int columns = Integer.parseInt(numbers[1]);
        if (rows > 0 && columns > 0) {
          return new int[] {rows, columns};
        }
      }
    } catch (IOException | NumberFormatException noTerminal) {
      return size;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return size;
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return System.console() != null;
    }
  }
}
