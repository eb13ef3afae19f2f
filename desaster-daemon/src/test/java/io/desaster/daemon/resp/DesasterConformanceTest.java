/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.core.audit.Audit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Our own server. */
class DesasterConformanceTest extends RespConformance {
  private static final TestVerbs VERBS = new TestVerbs();
  private static Vertx vertx;
  private static int open;
  private static int locked;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    RespOptions options = RespOptions.local(0);
    open =
        await(new RespServer(vertx, options, VERBS.verbs(), Audit.NONE, FixedOwners.OWN).start());
    locked =
        await(
            new RespServer(
                    vertx,
                    options.withKeys(GroupKeys.of(List.of("secret"))),
                    VERBS.verbs(),
                    Audit.NONE,
                    FixedOwners.OTHER)
                .start());
  }

  @AfterAll
  static void stop() throws Exception {
    await(vertx.close());
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Override
  int openPort() {
    return open;
  }

  @Override
  int lockedPort() {
    return locked;
  }

  @Override
  void publish(String topic, String message) {
    VERBS.publish(topic, message);
  }
}
