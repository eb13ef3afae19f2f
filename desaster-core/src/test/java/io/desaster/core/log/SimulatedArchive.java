/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.IOException;

/** Archive files on a simulated disk, which may be that of a log. */
public final class SimulatedArchive {
  private SimulatedArchive() {}

  public static ArchiveFiles open(SimulatedFiles files, long fileBytes) throws IOException {
    return ArchiveFiles.open(files, fileBytes);
  }
}
