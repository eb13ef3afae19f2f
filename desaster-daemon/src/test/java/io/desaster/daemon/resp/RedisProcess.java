/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A {@code redis-server} that keeps nothing. */
record RedisProcess(Process process, int port) implements AutoCloseable {

  /** Skips the test if the machine has no such program. */
  static RedisProcess start(Path directory, String... more) throws IOException {
    assumeTrue(find("redis-server"), "redis-server is not installed");
    int port = freePort();
    List<String> command =
        new ArrayList<>(
            List.of("redis-server", "--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--save", "", "--appendonly", "no", "--dir", directory.toString()));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    RedisProcess redis = new RedisProcess(process, port);
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(redis::answers);
    return redis;
  }

  /** Whether the program is on the path. */
  static boolean find(String program) {
    for (String directory : System.getenv("PATH").split(File.pathSeparator)) {
      if (Files.isExecutable(Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private boolean answers() {
    try (WireClient client = new WireClient(port)) {
      client.call("PING");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
