/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.api.error.ErrorCode;
import io.desaster.core.audit.Audit;
import io.desaster.daemon.resp.wire.Args;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the native protocol: RESP2 and RESP3 over TCP, to any Redis client library. Decides who
 * may speak: users of this host that are root or run this process, and whoever knows the key.
 */
public final class RespServer {
  private static final Logger LOG = LoggerFactory.getLogger(RespServer.class);
  private static final int ROOT = 0;
  private static final long HTTP_WARNING_MILLIS = 60_000;

  private final Vertx vertx;
  private final RespOptions options;
  private final Verbs verbs;
  private final Manual manual;
  private final PeerOwners owners;
  private final Audit audit;
  private final UserNames users = new UserNames(Path.of("/etc/passwd"));
  private final RespStats stats = new RespStats();
  private final AuthFailures authFailures = new AuthFailures();
  private final Map<Long, Entry> connections = new ConcurrentHashMap<>();
  private final AtomicLong nextClient = new AtomicLong();
  private final AtomicLong inputBytes = new AtomicLong();
  private final AtomicLong httpWarnedAtMillis = new AtomicLong(-HTTP_WARNING_MILLIS);
  private final long startedNanos = System.nanoTime();
  private volatile int port;
  private volatile String deployment;

  private record Entry(EventLoop loop, Connection connection) {}

  /** A server that does not listen yet and keeps no audit log. */
  public RespServer(Vertx vertx, RespOptions options, Verbs verbs) {
    this(vertx, options, verbs, Audit.NONE);
  }

  /**
   * A server that does not listen yet.
   *
   * @param audit where it writes down who asks for changes
   */
  public RespServer(Vertx vertx, RespOptions options, Verbs verbs, Audit audit) {
    this(vertx, options, verbs, audit, new ProcNetOwners(vertx));
  }

  RespServer(Vertx vertx, RespOptions options, Verbs verbs, Audit audit, PeerOwners owners) {
    this.audit = audit;
    this.vertx = vertx;
    this.options = options;
    this.verbs = verbs.with(new ConnectionVerbs(this).all());
    this.manual = new Manual(this.verbs);
    this.owners = owners;
  }

  /**
   * Listens.
   *
   * @return the port; fails with a BindException if it is taken
   */
  public Future<Integer> start() {
    boolean shared = options.eventLoops() > 1;
    // A negative port is a free one that all loops share.
    int wanted = shared && options.port() == 0 ? -1 : options.port();
    return vertx
        .deployVerticle(
            () -> new EventLoop(this, wanted),
            new DeploymentOptions().setInstances(options.eventLoops()))
        .map(
            id -> {
              deployment = id;
              return port;
            });
  }

  /** Listens no more and closes all connections. */
  public Future<Void> stop() {
    connections.values().forEach(entry -> entry.connection.closeSoon(CloseReason.SHUTDOWN));
    String id = deployment;
    deployment = null;
    return id == null ? Future.succeededFuture() : vertx.undeploy(id);
  }

  /** What was counted since the start. */
  public RespStats stats() {
    return stats;
  }

  /** All verbs that it serves, those of the connection first. */
  public Verbs verbs() {
    return verbs;
  }

  /** Connections at present. */
  public int connectionCount() {
    return connections.size();
  }

  int port() {
    return port;
  }

  void listening(int onPort) {
    port = onPort;
  }

  RespOptions options() {
    return options;
  }

  Manual manual() {
    return manual;
  }

  Audit audit() {
    return audit;
  }

  /** What the audit log is told of a command. */
  Audited audited(Verb verb, Args args, Client client) {
    return new Audited(audit, verb, args, client, who(client));
  }

  private String who(Client client) {
    if (client.user != PeerOwners.UNKNOWN) {
      return users.of(client.user);
    }
    return client.trust == Client.Trust.TRUSTED && !options.keys().isDefault() ? "key" : "nobody";
  }

  AuthFailures authFailures() {
    return authFailures;
  }

  /** Monotonic. */
  long nowMillis() {
    return (System.nanoTime() - startedNanos) / 1_000_000;
  }

  void connected(EventLoop loop, NetSocket socket, Context context) {
    stats.connections.increment();
    if (connections.size() >= options.limits().connectionsMax()) {
      stats.closed(CloseReason.TOO_MANY);
      socket.end(
          Buffer.buffer(
              "-ERR max number of clients reached: "
                  + options.limits().connectionsMax()
                  + " are connected; close some or try another node\r\n"));
      return;
    }
    Client client =
        new Client(
            nextClient.incrementAndGet(),
            socket.remoteAddress(),
            socket.localAddress(),
            nowMillis());
    client.trust = firstTrust(client);
    connections.put(
        client.id(), new Entry(loop, new Connection(this, loop, socket, context, client)));
  }

  void closed(Connection connection, CloseReason reason) {
    if (connections.remove(connection.client().id()) != null) {
      stats.closed(reason);
      if (reason == CloseReason.HTTP) {
        warnOfHttp(connection.client());
      }
    }
  }

  /** At most once a minute, so that nobody fills the log from a web page. */
  private void warnOfHttp(Client client) {
    long now = nowMillis();
    long last = httpWarnedAtMillis.get();
    if (now - last >= HTTP_WARNING_MILLIS && httpWarnedAtMillis.compareAndSet(last, now)) {
      LOG.warn(
          "{} spoke HTTP to the RESP port and was cut off, {} so far; if that was a browser, a web"
              + " page made it try",
          client.who(),
          stats.closedFor(CloseReason.HTTP));
    }
  }

  List<Connection> connectionsOf(EventLoop loop) {
    List<Connection> mine = new ArrayList<>();
    connections
        .values()
        .forEach(
            e -> {
              if (e.loop == loop) {
                mine.add(e.connection);
              }
            });
    return mine;
  }

  Collection<Connection> connections() {
    return connections.values().stream().map(Entry::connection).toList();
  }

  /** Counts bytes of commands received in part; true if there are too many over all. */
  boolean inputBytes(long change) {
    return inputBytes.addAndGet(change) > options.limits().inputBytesMax();
  }

  Client.Trust firstTrust(Client client) {
    if (client.onThisHost()) {
      return client.user == PeerOwners.UNKNOWN ? Client.Trust.LOCAL : trustInUser(client.user);
    }
    if (!options.keys().isDefault()) {
      return Client.Trust.STRANGER;
    }
    return options.open() ? Client.Trust.TRUSTED : Client.Trust.REFUSED;
  }

  /** Finds out how far a client on this host is to be trusted; completes on any thread. */
  Future<Void> trust(Client client) {
    return owners
        .ownerOf(client.remote(), client.local())
        .compose(this::named)
        .map(
            user -> {
              client.user = user;
              client.trust = trustInUser(user);
              return null;
            });
  }

  /** Learns the user's name, for the audit log, before it is needed on the loop. */
  private Future<Integer> named(int user) {
    if (user == PeerOwners.UNKNOWN || users.knows(user)) {
      return Future.succeededFuture(user);
    }
    return vertx.executeBlocking(() -> users.of(user), false).map(name -> user);
  }

  private Client.Trust trustInUser(int user) {
    boolean usersExist = owners.self() != PeerOwners.UNKNOWN;
    boolean own = user != PeerOwners.UNKNOWN && (user == owners.self() || user == ROOT);
    return own || !usersExist ? Client.Trust.TRUSTED : Client.Trust.OTHER_USER;
  }

  /** What a client is told that may not use a verb yet. */
  Reply authRefusal(Client client) {
    if (!options.keys().isDefault()) {
      return Reply.error(
          ErrorCode.NOAUTH, "Authentication required. Send AUTH with the key of the group.");
    }
    return Reply.error(
        ErrorCode.DENIED,
        "no verbs for "
            + (client.user == PeerOwners.UNKNOWN ? "an unknown user" : "user " + client.user)
            + " of this host: the daemon has no key of its own and serves only user "
            + owners.self()
            + " and root; start it with --key-file=FILE (or -k KEY, or DESASTER_KEY) and send AUTH");
  }

  String protectedText() {
    return "desaster is in protected mode: it has no key of its own and serves only clients of its"
        + " own host. To serve others, give all nodes the same key, with --key-file=FILE, -k KEY or"
        + " DESASTER_KEY, and send AUTH with it.";
  }
}
