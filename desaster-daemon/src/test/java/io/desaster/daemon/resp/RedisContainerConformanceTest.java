/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import com.redis.testcontainers.RedisContainer;
import java.io.IOException;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.utility.DockerImageName;

/** A real Redis in a container; skipped where there is no Docker. */
@Testcontainers(disabledWithoutDocker = true)
class RedisContainerConformanceTest extends RespConformance {
  private static final DockerImageName IMAGE = DockerImageName.parse("redis:7.0");

  @Container private static final RedisContainer OPEN = new RedisContainer(IMAGE);

  @Container
  private static final RedisContainer LOCKED =
      new RedisContainer(IMAGE).withCommand("redis-server", "--requirepass", "secret");

  @Override
  int openPort() {
    return OPEN.getMappedPort(6379);
  }

  @Override
  int lockedPort() {
    return LOCKED.getMappedPort(6379);
  }

  @Override
  void publish(String topic, String message) throws IOException {
    try (WireClient client = new WireClient(openPort())) {
      client.call("PUBLISH", topic, message);
    }
  }
}
