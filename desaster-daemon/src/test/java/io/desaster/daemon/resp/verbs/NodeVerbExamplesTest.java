/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.core.node.DesasterNode;
import io.desaster.workers.process.ProcessOptions;
import io.desaster.workers.shell.ShellWorker;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The examples with a real node. */
class NodeVerbExamplesTest extends VerbExamples {
  @TempDir private Path directory;

  @Override
  Desaster fresh() throws Exception {
    Path data = Files.createTempDirectory(directory, "node");
    return DesasterNode.builder()
        .dataDir(data)
        .name("web1")
        .version("0.1.0")
        .worker(new ShellWorker(data.resolve("run"), ProcessOptions.defaults()))
        .slots("shell", 2, 8)
        .start();
  }
}
