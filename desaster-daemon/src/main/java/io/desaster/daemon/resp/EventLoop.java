/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.daemon.resp.wire.RespWriter;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.List;

/** Accepts and serves connections on one thread; several may share a port. */
final class EventLoop extends VerticleBase {
  private static final int CHECK_MILLIS = 1_000;
  private static final int BACKLOG = 4_096;
  private static final long NO_TIMER = -1;

  private final RespServer server;
  private final int port;
  private final RespWriter writer = new RespWriter();
  private Thread thread;
  private NetServer listener;

  /** The timer that looks at connections; there is none without them. */
  private long checking = NO_TIMER;

  EventLoop(RespServer server, int port) {
    this.server = server;
    this.port = port;
  }

  @Override
  public Future<?> start() {
    thread = Thread.currentThread();
    listener =
        vertx.createNetServer(
            new NetServerOptions().setAcceptBacklog(BACKLOG).setTcpKeepAlive(true));
    return listener
        .connectHandler(this::connected)
        .listen(port, server.options().bindAddress())
        .onSuccess(listening -> server.listening(listening.actualPort()));
  }

  @Override
  public Future<?> stop() {
    return listener.close();
  }

  Thread thread() {
    return thread;
  }

  /** The loop's writer, empty. */
  RespWriter writer(boolean resp3) {
    return writer.resp3(resp3);
  }

  private void connected(NetSocket socket) {
    server.connected(this, socket, context);
    if (checking == NO_TIMER) {
      checking = vertx.setPeriodic(CHECK_MILLIS, timer -> check());
    }
  }

  private void check() {
    long now = server.nowMillis();
    List<Connection> mine = server.connectionsOf(this);
    mine.forEach(connection -> connection.check(now));
    if (mine.isEmpty()) {
      vertx.cancelTimer(checking);
      checking = NO_TIMER;
    }
  }
}
