/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import io.desaster.core.log.LogOptions;
import io.desaster.core.node.DesasterNode;
import io.desaster.daemon.resp.GroupKeys;
import io.desaster.daemon.resp.RespLimits;
import io.desaster.daemon.resp.RespOptions;
import io.desaster.daemon.resp.RespServer;
import io.desaster.daemon.resp.verbs.DesasterVerbs;
import io.desaster.workers.process.ProcessOptions;
import io.desaster.workers.shell.ShellWorker;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where the parts of the daemon are put together. */
final class Wiring implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

  /** Vert.x' own second would be a tenth of all that an idle daemon does. */
  private static final long BLOCKED_CHECK_MILLIS = 5_000;

  private static final int WORKER_THREADS = 4;

  private final Vertx vertx;
  private DesasterNode node;
  private RespServer server;
  private int port;

  private Wiring(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Recovers, takes up running jobs and listens; blocks until all of that is done.
   *
   * @param onFailure called with a reason, on any thread, when the daemon must stop
   * @throws IOException if the journal cannot be used, or the port not be bound
   */
  static Wiring start(DaemonConfig config, Consumer<String> onFailure) throws IOException {
    Wiring wiring = new Wiring(vertx());
    try {
      wiring.node = node(config, wiring.vertx, onFailure);
      wiring.server =
          new RespServer(
              wiring.vertx,
              respOptions(config),
              DesasterVerbs.of(wiring.node, config.maxPayloadBytes()),
              wiring.node.auditLog());
      wiring.port = await(wiring.server.start().toCompletionStage());
      return wiring;
    } catch (UncheckedIOException e) {
      wiring.close();
      throw e.getCause();
    } catch (IOException | RuntimeException e) {
      wiring.close();
      throw e;
    }
  }

  private static Vertx vertx() {
    // Connections and the scheduler on one loop: each further thread a request passes costs 50 us.
    int loops = 1;
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(loops)
            .setBlockedThreadCheckInterval(BLOCKED_CHECK_MILLIS)
            .setWorkerPoolSize(WORKER_THREADS)
            .setInternalBlockingPoolSize(WORKER_THREADS)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }

  private static DesasterNode node(DaemonConfig config, Vertx vertx, Consumer<String> onFailure) {
    DesasterNode.Builder builder =
        DesasterNode.builder()
            .dataDir(config.dataDir())
            .name(config.name())
            .version(Version.number())
            .labels(config.labels())
            .strictQueues(config.strictQueues())
            .payloadBytesMax(config.maxPayloadBytes())
            .vertx(vertx)
            .audit(config.audit())
            .auditCalls(false)
            .logOptions(LogOptions.defaults().withInPlaceMicros(LogOptions.QUICK_DISK_MICROS))
            .worker(new ShellWorker(config.dataDir().resolve("run"), processOptions(config)))
            .onFailure(cause -> onFailure.accept("the journal failed: " + cause.getMessage()));
    config.slots().forEach((kind, range) -> builder.slots(kind, range.min(), range.max()));
    return builder.start();
  }

  /** Jobs find this daemon again, but not its key. */
  private static ProcessOptions processOptions(DaemonConfig config) {
    ProcessOptions.LauncherChoice launcher =
        switch (config.launcher()) {
          case AUTO -> ProcessOptions.LauncherChoice.AUTO;
          case C -> ProcessOptions.LauncherChoice.COMPILED;
          case SH -> ProcessOptions.LauncherChoice.SCRIPT;
        };
    ProcessOptions options = ProcessOptions.defaults().withLauncher(launcher);
    Map<String, String> environment = new TreeMap<>(options.environment());
    if (config.port() != 0) {
      environment.put(Option.PORT.environmentName(), Integer.toString(config.port()));
    }
    environment.put(Option.DATA_DIR.environmentName(), config.dataDir().toString());
    return options.withEnvironment(environment);
  }

  private static RespOptions respOptions(DaemonConfig config) {
    int loops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    return new RespOptions(
        config.bindAddress(),
        config.port(),
        GroupKeys.of(List.of(config.key())),
        config.open(),
        loops,
        config.name(),
        Version.number(),
        RespLimits.defaults());
  }

  int port() {
    return port;
  }

  /** Refuses new work, then lets go of the running jobs, then of the journal. */
  @Override
  public void close() {
    if (server != null) {
      quietly("the server", () -> await(server.stop().toCompletionStage()));
    }
    if (node != null) {
      quietly("the node", node::close);
    }
    quietly("Vert.x", () -> await(vertx.close().toCompletionStage()));
  }

  private interface Stop {
    void run() throws IOException;
  }

  private static void quietly(String what, Stop stop) {
    try {
      stop.run();
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} did not stop in order: {}", what, e.toString());
    }
  }

  private static <T> T await(CompletionStage<T> stage) throws IOException {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
