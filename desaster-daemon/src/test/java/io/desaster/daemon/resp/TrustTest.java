/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.desaster.daemon.resp.WireClient.Failure;
import io.desaster.daemon.resp.WireClient.Simple;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who may speak. */
class TrustTest {
  private static final GroupKeys SECRET = GroupKeys.of(List.of("secret", "next"));

  private static RespOptions options(GroupKeys keys) {
    return RespOptions.local(0).withKeys(keys);
  }

  @Test
  void shouldServeItsOwnUserAndRootWithoutAKey() throws Exception {
    for (GroupKeys keys : List.of(GroupKeys.DEFAULT, SECRET)) {
      for (int user : List.of(1_000, 0)) {
        try (ServerFixture fixture =
                new ServerFixture(options(keys), new FixedOwners(1_000, user));
            WireClient client = fixture.client()) {
          assertThat(client.call("PING")).isEqualTo(new Simple("PONG"));
        }
      }
    }
  }

  @Test
  void shouldRefuseOtherUsersOfTheHostWhileThereIsNoKey() throws Exception {
    try (ServerFixture fixture = new ServerFixture(options(GroupKeys.DEFAULT), FixedOwners.OTHER);
        WireClient client = fixture.client()) {
      for (String[] command :
          List.of(
              new String[] {"PING"},
              new String[] {"HELLO", "3"},
              new String[] {"AUTH", "default"},
              new String[] {"HELLO", "3", "AUTH", "default", "default"},
              new String[] {"TEST", "WRITE", "w"})) {
        assertThat(((Failure) client.call(command)).text())
            .startsWith("DENIED no verbs for user 1001 of this host")
            .contains("--key-file");
      }
      assertThat(fixture.verbs.begun).isEmpty();
    }
  }

  @Test
  void shouldTakeEitherKeyFromOtherUsersWhileKeysAreExchanged() throws Exception {
    try (ServerFixture fixture = new ServerFixture(options(SECRET), FixedOwners.OTHER)) {
      for (String key : List.of("secret", "next")) {
        try (WireClient client = fixture.client()) {
          assertThat(client.call("PING")).isInstanceOf(Failure.class);
          assertThat(client.call("AUTH", key)).isEqualTo(new Simple("OK"));
          assertThat(client.call("PING")).isEqualTo(new Simple("PONG"));
        }
      }
    }
  }

  @Test
  void shouldNotServeAUserItCannotFindOut() throws Exception {
    FixedOwners unknown = new FixedOwners(1_000, PeerOwners.UNKNOWN);
    try (ServerFixture fixture = new ServerFixture(options(GroupKeys.DEFAULT), unknown);
        WireClient client = fixture.client()) {
      assertThat(((Failure) client.call("PING")).text())
          .startsWith("DENIED no verbs for an unknown user");
    }
  }

  @Test
  void shouldSlowDownThoseWhoGuess() throws Exception {
    try (ServerFixture fixture = new ServerFixture(options(SECRET), FixedOwners.OTHER);
        WireClient client = fixture.client()) {
      for (int i = 0; i < 10; i++) {
        assertThat(((Failure) client.call("AUTH", "guess" + i)).text()).startsWith("WRONGPASS ");
      }
      assertThat(((Failure) client.call("AUTH", "secret")).text())
          .startsWith("DENIED too many wrong keys from user 1001");
      assertThat(fixture.server.stats().authFailures.sum()).isEqualTo(10);
    }
  }

  @Test
  void shouldServeOtherHostsOnlyWithAKey() throws Exception {
    try (OtherHost host = new OtherHost()) {
      assertThat(talk(host, GroupKeys.DEFAULT, false, "PING\r\nAUTH default\r\n"))
          .startsWith("-DENIED desaster is in protected mode")
          .contains("--key-file")
          .endsWith("\r\n")
          .containsOnlyOnce("\r\n");
      assertThat(talk(host, SECRET, false, "PING\r\nQUIT\r\n")).startsWith("-NOAUTH ");
      assertThat(talk(host, SECRET, false, "AUTH secret\r\nPING\r\nQUIT\r\n"))
          .isEqualTo("+OK\r\n+PONG\r\n+OK\r\n");
      assertThat(talk(host, GroupKeys.DEFAULT, true, "PING\r\nQUIT\r\n"))
          .isEqualTo("+PONG\r\n+OK\r\n");
    }
  }

  @Test
  void shouldCloseStrangersThatDoNotAuthenticate() throws Exception {
    RespOptions options = elsewhere(SECRET, false);
    options =
        options.withLimits(ServerFixture.times(Duration.ofMillis(300), Duration.ofMinutes(1)));
    try (OtherHost host = new OtherHost();
        ServerFixture fixture = new ServerFixture(options, FixedOwners.OWN)) {
      assertThat(host.talk(fixture.port, "PING\r\n")).startsWith("-NOAUTH ");
      fixture.awaitClosed(CloseReason.STRANGER, 1);
    }
  }

  private static String talk(OtherHost host, GroupKeys keys, boolean open, String lines)
      throws Exception {
    try (ServerFixture fixture = new ServerFixture(elsewhere(keys, open), FixedOwners.OWN)) {
      return host.talk(fixture.port, lines);
    }
  }

  private static RespOptions elsewhere(GroupKeys keys, boolean open) {
    return new RespOptions(
        OtherHost.OUR_ADDRESS, 0, keys, open, 1, "n", "0.1.0", RespLimits.defaults());
  }

  @Test
  void shouldFindOutRealUsersOfThisHost() throws Exception {
    Vertx vertx = Vertx.vertx();
    ProcNetOwners owners = new ProcNetOwners(vertx);
    assumeTrue(owners.self() != PeerOwners.UNKNOWN, "users have no numbers here");
    RespServer server = new RespServer(vertx, options(GroupKeys.DEFAULT), new TestVerbs().verbs());
    try {
      int port = ServerFixture.await(server.start());
      try (WireClient own = new WireClient(port)) {
        assertThat(own.call("PING")).isEqualTo(new Simple("PONG"));
        assertThat((String) own.call("CLIENT", "INFO")).contains("user=uid:" + owners.self());
      }
      assumeTrue(owners.self() == 0 && RedisProcess.find("setpriv"), "needs root and setpriv");
      assumeTrue(RedisProcess.find("redis-cli"), "redis-cli is not installed");
      assertThat(asUser(65_534, port)).startsWith("DENIED no verbs for user 65534 of this host");
    } finally {
      ServerFixture.await(server.stop());
      ServerFixture.await(vertx.close());
    }
  }

  private static String asUser(int user, int port) throws Exception {
    Process process =
        new ProcessBuilder(
                "setpriv",
                "--reuid=" + user,
                "--clear-groups",
                "redis-cli",
                "-p",
                Integer.toString(port),
                "PING")
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void shouldNotTakeAClosedSocketForOneOfRoot() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      ProcNetOwners owners = new ProcNetOwners(vertx);
      assumeTrue(owners.self() != PeerOwners.UNKNOWN, "users have no numbers here");
      SocketAddress peer;
      SocketAddress own = SocketAddress.inetSocketAddress(listener.getLocalPort(), "127.0.0.1");
      try (Socket socket = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
        peer = SocketAddress.inetSocketAddress(socket.getLocalPort(), "127.0.0.1");
        assertThat(ServerFixture.await(owners.ownerOf(peer, own))).isEqualTo(owners.self());
      }
      assertThat(ServerFixture.await(owners.ownerOf(peer, own))).isEqualTo(PeerOwners.UNKNOWN);
    } finally {
      ServerFixture.await(vertx.close());
    }
  }
}
