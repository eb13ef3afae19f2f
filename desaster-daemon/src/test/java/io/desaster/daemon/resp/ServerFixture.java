/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.core.audit.Audit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A running server with {@link TestVerbs}. */
final class ServerFixture implements AutoCloseable {
  private static final RespLimits DEFAULTS = RespLimits.defaults();

  final Vertx vertx = Vertx.vertx();
  final TestVerbs verbs = new TestVerbs();
  final RespServer server;
  final int port;

  ServerFixture(RespOptions options, PeerOwners owners) throws Exception {
    this(options, owners, Audit.NONE);
  }

  ServerFixture(RespOptions options, PeerOwners owners, Audit audit) throws Exception {
    server = new RespServer(vertx, options, verbs.verbs(), audit, owners);
    port = await(server.start());
  }

  static ServerFixture plain() throws Exception {
    return new ServerFixture(RespOptions.local(0), FixedOwners.OWN);
  }

  static ServerFixture with(RespLimits limits) throws Exception {
    return new ServerFixture(RespOptions.local(0).withLimits(limits), FixedOwners.OWN);
  }

  static RespLimits connections(int max) {
    return new RespLimits(
        max,
        DEFAULTS.wordBytesMax(),
        DEFAULTS.wordsMax(),
        DEFAULTS.pendingMax(),
        DEFAULTS.pendingBytesMax(),
        DEFAULTS.inputBytesMax(),
        DEFAULTS.outputBytesMax(),
        DEFAULTS.messagesMax(),
        DEFAULTS.silenceMax(),
        DEFAULTS.stallMax());
  }

  static RespLimits pending(int max) {
    return new RespLimits(
        DEFAULTS.connectionsMax(),
        DEFAULTS.wordBytesMax(),
        DEFAULTS.wordsMax(),
        max,
        DEFAULTS.pendingBytesMax(),
        DEFAULTS.inputBytesMax(),
        DEFAULTS.outputBytesMax(),
        DEFAULTS.messagesMax(),
        DEFAULTS.silenceMax(),
        DEFAULTS.stallMax());
  }

  static RespLimits memory(long inputBytesMax, int messagesMax) {
    return new RespLimits(
        DEFAULTS.connectionsMax(),
        DEFAULTS.wordBytesMax(),
        DEFAULTS.wordsMax(),
        DEFAULTS.pendingMax(),
        DEFAULTS.pendingBytesMax(),
        inputBytesMax,
        DEFAULTS.outputBytesMax(),
        messagesMax,
        DEFAULTS.silenceMax(),
        DEFAULTS.stallMax());
  }

  static RespLimits times(Duration silence, Duration stall) {
    return new RespLimits(
        DEFAULTS.connectionsMax(),
        DEFAULTS.wordBytesMax(),
        DEFAULTS.wordsMax(),
        DEFAULTS.pendingMax(),
        DEFAULTS.pendingBytesMax(),
        DEFAULTS.inputBytesMax(),
        DEFAULTS.outputBytesMax(),
        DEFAULTS.messagesMax(),
        silence,
        stall);
  }

  WireClient client() throws IOException {
    return new WireClient(port);
  }

  void awaitClosed(CloseReason reason, long count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> server.stats().closedFor(reason) == count);
  }

  void awaitBegun(String... names) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> verbs.begun.containsAll(java.util.List.of(names)));
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws Exception {
    await(server.stop());
    await(vertx.close());
  }
}
