/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.core.audit.Audit;
import io.desaster.core.log.LogOptions;
import io.desaster.core.node.DesasterNode;
import io.desaster.daemon.LauncherProcesses;
import io.desaster.workers.process.ProcessOptions;
import io.desaster.workers.shell.ShellWorker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The examples with a real node. */
class NodeVerbExamplesTest extends VerbExamples {
  private static final LogOptions SMALL =
      LogOptions.defaults().withSegmentBytes(1 << 20).withReserveBytes(1 << 20);

  @TempDir private Path directory;

  @AfterEach
  void endLaunchers() throws Exception {
    try (Stream<Path> nodes = Files.list(directory)) {
      nodes.forEach(LauncherProcesses::end);
    }
  }

  @Override
  Desaster fresh(boolean pools) throws Exception {
    Path data = Files.createTempDirectory(directory, "node");
    DesasterNode.Builder node =
        DesasterNode.builder().dataDir(data).name("web1").logOptions(SMALL).vertx(vertx);
    if (pools) {
      node.worker(new ShellWorker(data.resolve("run"), ProcessOptions.defaults()));
      node.slots("shell", 2, 8);
    }
    return node.auditCalls(false).start();
  }

  @Override
  Audit audit(Desaster desaster) {
    return ((DesasterNode) desaster).auditLog();
  }
}
