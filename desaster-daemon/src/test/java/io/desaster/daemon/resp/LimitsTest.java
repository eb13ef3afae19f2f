/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.daemon.resp.WireClient.Failure;
import io.desaster.daemon.resp.WireClient.Simple;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client cannot do to the server. */
class LimitsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /api HTTP/1.1\r\n",
        "Host: localhost\r\n",
        "PUT /a HTTP/1.1\r\n"
      })
  void shouldCutOffHttpWithoutAnAnswer(String request) throws Exception {
    try (ServerFixture fixture = ServerFixture.plain();
        WireClient client = fixture.client()) {
      client.sendRaw(request + "TEST WRITE smuggled\r\n");
      assertThat(client.readToEnd()).isEmpty();
      fixture.awaitClosed(CloseReason.HTTP, 1);
      assertThat(fixture.verbs.begun).isEmpty();
    }
  }

  @Test
  void shouldTellAndCloseWhenThereAreTooManyConnections() throws Exception {
    try (ServerFixture fixture = ServerFixture.with(ServerFixture.connections(3))) {
      List<WireClient> clients = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        clients.add(fixture.client());
        assertThat(clients.get(i).call("PING")).isEqualTo(new Simple("PONG"));
      }
      try (WireClient fourth = fixture.client()) {
        assertThat(fourth.readToEnd()).startsWith("-ERR max number of clients reached");
      }
      clients.get(0).close();
      fixture.awaitClosed(CloseReason.CLIENT, 1);
      try (WireClient again = fixture.client()) {
        assertThat(again.call("PING")).isEqualTo(new Simple("PONG"));
      }
      for (WireClient client : clients) {
        client.close();
      }
      assertThat(fixture.server.stats().closedFor(CloseReason.TOO_MANY)).isEqualTo(1);
    }
  }

  @Test
  void shouldCloseAfterHalfACommandAndSilence() throws Exception {
    Duration brief = Duration.ofMillis(300);
    try (ServerFixture fixture = ServerFixture.with(ServerFixture.times(brief, brief));
        WireClient idle = fixture.client();
        WireClient half = fixture.client()) {
      assertThat(idle.call("PING")).isEqualTo(new Simple("PONG"));
      half.sendRaw("*2\r\n$4\r\nECHO\r\n$5\r\nab");
      assertThat(half.readToEnd()).isEmpty();
      fixture.awaitClosed(CloseReason.SILENT, 1);
      assertThat(idle.call("PING")).isEqualTo(new Simple("PONG"));
    }
  }

  @Test
  void shouldNotTakeAWaitingCommandForSilence() throws Exception {
    Duration brief = Duration.ofMillis(300);
    try (ServerFixture fixture = ServerFixture.with(ServerFixture.times(brief, brief));
        WireClient client = fixture.client();
        WireClient half = fixture.client()) {
      client.sendRaw("TEST WRITE w\r\nTEST READ r\r\n");
      fixture.awaitBegun("w");
      half.sendRaw("*2\r\n");
      fixture.awaitClosed(CloseReason.SILENT, 1);
      fixture.verbs.release("w");
      fixture.verbs.release("r");
      assertThat(client.read()).isEqualTo("w");
      assertThat(client.read()).isEqualTo("r");
    }
  }

  @Test
  void shouldStopReadingFromAClientThatDoesNotRead() throws Exception {
    Duration brief = Duration.ofMillis(500);
    try (ServerFixture fixture =
            ServerFixture.with(ServerFixture.times(Duration.ofSeconds(30), brief));
        WireClient flood = fixture.client();
        WireClient other = fixture.client()) {
      byte[] commands = WireClient.command("TEST", "BIG", "100000");
      Thread flooding = new Thread(() -> flood(flood, commands));
      flooding.start();
      fixture.awaitClosed(CloseReason.STALLED, 1);
      flooding.join(20_000);
      // Every command begun would have cost 100 kB: most were never read.
      assertThat(fixture.server.stats().sent.sum()).isLessThan(20_000_000);
      assertThat(other.call("PING")).isEqualTo(new Simple("PONG"));
    }
  }

  private static void flood(WireClient client, byte[] commands) {
    try {
      for (int i = 0; i < 10_000_000; i++) {
        client.sendRaw(commands);
      }
    } catch (IOException e) {
      assertThat(e).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void shouldServeASlowReaderInTheEnd() throws Exception {
    try (ServerFixture fixture = ServerFixture.plain();
        WireClient client = fixture.client()) {
      StringBuilder commands = new StringBuilder();
      for (int i = 0; i < 300; i++) {
        commands.append("TEST BIG 100000\r\nECHO ").append(i).append("\r\n");
      }
      client.sendRaw(commands.toString());
      for (int i = 0; i < 300; i++) {
        assertThat((String) client.read()).hasSize(100_000);
        assertThat(client.read()).isEqualTo(Integer.toString(i));
      }
    }
  }

  @Test
  void shouldBeginOnlySoManyCommandsOfOneConnection() throws Exception {
    try (ServerFixture fixture = ServerFixture.with(ServerFixture.pending(10));
        WireClient client = fixture.client()) {
      StringBuilder commands = new StringBuilder();
      for (int i = 0; i < 25; i++) {
        commands.append("TEST READ r").append(i).append("\r\n");
      }
      client.sendRaw(commands.toString());
      fixture.awaitBegun("r9");
      for (int i = 24; i >= 0; i--) {
        fixture.verbs.release("r" + i);
        if (i == 1) {
          assertThat(fixture.verbs.begun).hasSize(10);
        }
      }
      for (int i = 0; i < 25; i++) {
        assertThat(client.read()).isEqualTo("r" + i);
      }
    }
  }

  @Test
  void shouldCloseASubscriberThatDoesNotTakeItsMessages() throws Exception {
    try (ServerFixture fixture = ServerFixture.with(ServerFixture.memory(1 << 26, 1_000));
        WireClient slow = fixture.client();
        WireClient quick = fixture.client()) {
      slow.call("SUBSCRIBE", "news");
      quick.call("SUBSCRIBE", "other");
      String subject = "x".repeat(10_000);
      for (int i = 0; i < 100_000 && fixture.server.connectionCount() == 2; i++) {
        fixture.verbs.publish("news", subject);
      }
      fixture.awaitClosed(CloseReason.SLOW_SUBSCRIBER, 1);
      fixture.verbs.publish("other", "a");
      assertThat(quick.read()).isInstanceOf(List.class);
    }
  }

  @Test
  void shouldRefuseCommandsInPartWhenTheyTakeTooMuchMemory() throws Exception {
    try (ServerFixture fixture = ServerFixture.with(ServerFixture.memory(3_000_000, 100))) {
      List<WireClient> clients = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        WireClient client = fixture.client();
        clients.add(client);
        try {
          client.sendRaw("*2\r\n$4\r\nECHO\r\n$4000000\r\n" + "x".repeat(1_000_000));
        } catch (SocketException closed) {
          // It may be refused before it has sent all of it.
        }
      }
      Awaitility.await().until(() -> fixture.server.stats().closedFor(CloseReason.MEMORY) > 0);
      try (WireClient other = fixture.client()) {
        assertThat(other.call("PING")).isEqualTo(new Simple("PONG"));
      }
      for (WireClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void shouldHoldThousandsOfConnections() throws Exception {
    int count = 2_000;
    try (ServerFixture fixture = ServerFixture.plain()) {
      List<WireClient> clients = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        clients.add(fixture.client());
      }
      for (WireClient client : clients) {
        client.send("CLIENT", "ID");
      }
      for (WireClient client : clients) {
        assertThat(client.read()).isInstanceOf(Long.class);
      }
      assertThat(fixture.server.connectionCount()).isEqualTo(count);
      for (WireClient client : clients) {
        client.close();
      }
      fixture.awaitClosed(CloseReason.CLIENT, count);
    }
  }

  @Test
  void shouldCloseConnectionsWhenItStops() throws Exception {
    try (ServerFixture fixture = ServerFixture.plain();
        WireClient client = fixture.client()) {
      client.call("PING");
      ServerFixture.await(fixture.server.stop());
      assertThat(client.readToEnd()).isEmpty();
      fixture.awaitClosed(CloseReason.SHUTDOWN, 1);
    }
  }

  @Test
  void shouldServeWithSeveralEventLoops() throws Exception {
    RespOptions one = RespOptions.local(0);
    RespOptions options =
        new RespOptions(one.bindAddress(), 0, one.keys(), false, 3, "n", "0.1.0", one.limits());
    try (ServerFixture fixture = new ServerFixture(options, FixedOwners.OWN)) {
      for (int i = 0; i < 9; i++) {
        try (WireClient client = fixture.client()) {
          assertThat(client.call("PING")).isEqualTo(new Simple("PONG"));
          assertThat(client.call("NOSUCH")).isInstanceOf(Failure.class);
        }
      }
    }
  }
}
