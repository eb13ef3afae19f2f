/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A real Redis started from this machine's {@code redis-server}, on loopback. */
class RedisProcessConformanceTest extends RespConformance {
  @TempDir private static Path directory;
  private static RedisProcess open;
  private static RedisProcess locked;

  @BeforeAll
  static void start() throws Exception {
    open = RedisProcess.start(directory);
    locked = RedisProcess.start(directory, "--requirepass", "secret");
  }

  @AfterAll
  static void stop() throws Exception {
    if (open != null) {
      open.close();
    }
    if (locked != null) {
      locked.close();
    }
  }

  @Override
  int openPort() {
    return open.port();
  }

  @Override
  int lockedPort() {
    return locked.port();
  }

  @Override
  void publish(String topic, String message) throws IOException {
    try (WireClient client = new WireClient(openPort())) {
      client.call("PUBLISH", topic, message);
    }
  }
}
