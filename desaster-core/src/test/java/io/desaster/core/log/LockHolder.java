/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.IOException;
import java.nio.file.Path;

/** A process that takes a directory, says so, and keeps it until its input ends. */
final class LockHolder {
  private LockHolder() {}

  public static void main(String[] arguments) throws IOException {
    new DiskFiles(Path.of(arguments[0])).lock();
    System.out.println("held");
    while (System.in.read() >= 0) {
      continue;
    }
  }
}
