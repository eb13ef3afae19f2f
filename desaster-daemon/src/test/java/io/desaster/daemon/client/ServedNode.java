/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.client;

import io.desaster.core.node.DesasterNode;
import io.desaster.daemon.resp.RespOptions;
import io.desaster.daemon.resp.RespServer;
import io.desaster.daemon.resp.verbs.DesasterVerbs;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A node with its journal in a directory, served on a port of this host, that can be restarted. */
final class ServedNode implements AutoCloseable {
  private static final int PAYLOAD_MAX = 256 * 1024;

  private final Path directory;
  private int port;
  private Vertx vertx;
  private DesasterNode node;
  private RespServer server;

  ServedNode(Path directory) {
    this.directory = directory;
    start();
  }

  void start() {
    vertx = Vertx.vertx();
    node =
        DesasterNode.builder()
            .dataDir(directory)
            .name("web1")
            .vertx(vertx)
            .auditCalls(false)
            .start();
    server =
        new RespServer(
            vertx, RespOptions.local(port), DesasterVerbs.of(node, PAYLOAD_MAX), node.auditLog());
    port = get(server.start().toCompletionStage());
  }

  DesasterNode node() {
    return node;
  }

  String uri() {
    return "desaster://127.0.0.1:" + port;
  }

  void stop() {
    get(server.stop().toCompletionStage());
    node.close();
    get(vertx.close().toCompletionStage());
  }

  @Override
  public void close() {
    stop();
  }

  static <T> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException refusal) {
        throw refusal;
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
