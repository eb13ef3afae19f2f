/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.api.Events;
import io.vertx.core.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;

/** Who is at the other end of a connection. Used on its event loop only, but for what is final. */
public final class Client {
  /** How far a client is trusted. */
  enum Trust {
    /** On this host; which user it is has not been asked yet. */
    LOCAL,
    /** May use all verbs. */
    TRUSTED,
    /** Must AUTH first. */
    STRANGER,
    /** A user of this host who is neither this process's nor root. */
    OTHER_USER,
    /** On another host while the key is the default one. */
    REFUSED
  }

  private final long id;
  private final SocketAddress remote;
  private final SocketAddress local;
  private final boolean onThisHost;
  final long connectedAtMillis;
  Trust trust;
  int user = PeerOwners.UNKNOWN;
  boolean resp3;
  volatile String name = "";
  volatile String library = "";
  volatile String libraryVersion = "";
  volatile String lastVerb = "NULL";
  volatile long lastAtMillis;

  /** Subscriptions by channel and by pattern. */
  final Map<String, Events.Subscription> channels = new LinkedHashMap<>();

  final Map<String, Events.Subscription> patterns = new LinkedHashMap<>();

  /** Requests for work that wait on the connection. */
  private final Set<Future<?>> takes = ConcurrentHashMap.newKeySet();

  Client(long id, SocketAddress remote, SocketAddress local, long nowMillis) {
    this.id = id;
    this.remote = remote;
    this.local = local;
    this.connectedAtMillis = nowMillis;
    this.lastAtMillis = nowMillis;
    this.onThisHost = isOnThisHost();
    this.trust = onThisHost ? Trust.LOCAL : Trust.STRANGER;
  }

  private boolean isOnThisHost() {
    String host = remote.hostAddress();
    return host.startsWith("127.")
        || host.equals("0:0:0:0:0:0:0:1")
        || host.equals("::1")
        || host.startsWith("::ffff:127.")
        || host.equals(local.hostAddress());
  }

  public long id() {
    return id;
  }

  boolean onThisHost() {
    return onThisHost;
  }

  SocketAddress remote() {
    return remote;
  }

  SocketAddress local() {
    return local;
  }

  /** Known not to be trusted (yet). */
  boolean isStranger() {
    return trust != Trust.TRUSTED && trust != Trust.LOCAL;
  }

  /** Notes that a request for work waits, until it is complete. */
  public void waits(CompletableFuture<?> take) {
    takes.add(take);
    take.whenComplete((taken, failure) -> takes.remove(take));
  }

  /** Gives up the requests for work that wait. */
  public void withdrawTakes() {
    takes.forEach(take -> take.cancel(false));
  }

  void unsubscribeAll() {
    channels.values().forEach(Events.Subscription::close);
    patterns.values().forEach(Events.Subscription::close);
    channels.clear();
    patterns.clear();
  }

  int subscriptions() {
    return channels.size() + patterns.size();
  }

  /** Who did it, for the record: the name it gave itself, and where from. */
  public String who() {
    return name.isEmpty() ? address(remote) : name + '@' + address(remote);
  }

  /** Whom failed AUTHs are counted against. */
  String source() {
    return onThisHost && user != PeerOwners.UNKNOWN ? "user " + user : remote.hostAddress();
  }

  /** As CLIENT LIST shows it. */
  String line(long nowMillis) {
    return "id="
        + id
        + " addr="
        + address(remote)
        + " laddr="
        + address(local)
        + " name="
        + name
        + " age="
        + (nowMillis - connectedAtMillis) / 1000
        + " idle="
        + (nowMillis - lastAtMillis) / 1000
        + " flags="
        + (subscriptions() > 0 ? "P" : "N")
        + " db=0 sub="
        + channels.size()
        + " psub="
        + patterns.size()
        + " cmd="
        + lastVerb
        + " user="
        + (user == PeerOwners.UNKNOWN ? "default" : "uid:" + user)
        + " lib-name="
        + library
        + " lib-ver="
        + libraryVersion
        + " resp="
        + (resp3 ? 3 : 2);
  }

  static String address(SocketAddress address) {
    String host = address.hostAddress();
    return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + address.port();
  }
}
