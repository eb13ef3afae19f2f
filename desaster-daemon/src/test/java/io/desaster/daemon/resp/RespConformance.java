/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.daemon.resp.WireClient.Failure;
import io.desaster.daemon.resp.WireClient.Push;
import io.desaster.daemon.resp.WireClient.Simple;
import io.desaster.daemon.resp.WireClient.Verbatim;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What our server and a real Redis must do alike. Each subclass brings a server. */
abstract class RespConformance {
  /** A server that needs no password. */
  abstract int openPort();

  /** A server that needs the password {@code secret}. */
  abstract int lockedPort();

  /** Publishes through the open server. */
  abstract void publish(String topic, String message) throws IOException;

  private WireClient open() throws IOException {
    return new WireClient(openPort());
  }

  private WireClient locked() throws IOException {
    return new WireClient(lockedPort());
  }

  @Test
  void shouldAnswerPing() throws IOException {
    try (WireClient client = open()) {
      assertThat(client.call("PING")).isEqualTo(new Simple("PONG"));
      assertThat(client.call("ping", "täxt")).isEqualTo("täxt");
      assertThat(client.call("ECHO", "a\r\nb")).isEqualTo("a\r\nb");
    }
  }

  @Test
  void shouldAnswerInlineCommands() throws IOException {
    try (WireClient client = open()) {
      client.sendRaw("PING\r\n\r\n   \r\nPING  \"a b\\x41\"\n ECHO 'it\\'s'\r\n");
      assertThat(client.read()).isEqualTo(new Simple("PONG"));
      assertThat(client.read()).isEqualTo("a bA");
      assertThat(client.read()).isEqualTo("it's");
    }
  }

  @Test
  void shouldAnswerPipelinedCommandsInOrder() throws IOException {
    try (WireClient client = open()) {
      StringBuilder commands = new StringBuilder();
      for (int i = 0; i < 5_000; i++) {
        String word = "word" + i;
        commands.append("*2\r\n$4\r\nECHO\r\n$" + word.length() + "\r\n" + word + "\r\n");
      }
      client.sendRaw(commands.toString());
      for (int i = 0; i < 5_000; i++) {
        assertThat(client.read()).isEqualTo("word" + i);
      }
    }
  }

  @Test
  void shouldReadCommandsThatComeByteByByte() throws IOException {
    try (WireClient client = open()) {
      for (byte b : WireClient.command("ECHO", "slow\r\nword")) {
        client.sendRaw(new byte[] {b});
      }
      assertThat(client.read()).isEqualTo("slow\r\nword");
    }
  }

  @Test
  void shouldIgnoreEmptyCommands() throws IOException {
    try (WireClient client = open()) {
      client.sendRaw("*0\r\n*-1\r\n\r\n*1\r\n$4\r\nPING\r\n");
      assertThat(client.read()).isEqualTo(new Simple("PONG"));
    }
  }

  @Test
  void shouldTakeAMegabyte() throws IOException {
    try (WireClient client = open()) {
      String megabyte = "x".repeat(1 << 20);
      assertThat(client.call("ECHO", megabyte)).isEqualTo(megabyte);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "*1\\r\\n:1\\r\\n; expected '$', got ':'",
        "*x\\r\\n; invalid multibulk length",
        "*99999999999\\r\\n; invalid multibulk length",
        "*1\\r\\n$-5\\r\\n; invalid bulk length",
        "*1\\r\\n$x\\r\\n; invalid bulk length",
        "*1\\r\\n$999999999999\\r\\n; invalid bulk length",
        "PING \"a\\r\\n; unbalanced quotes in request",
        "PING \"a\"b\\r\\n; unbalanced quotes in request",
      })
  void shouldCloseAfterMalformedBytes(String bytes, String error) throws IOException {
    try (WireClient client = open()) {
      client.sendRaw("PING\r\n" + bytes.replace("\\r\\n", "\r\n"));
      assertThat(client.read()).isEqualTo(new Simple("PONG"));
      assertThat(client.read()).isEqualTo(new Failure("ERR Protocol error: " + error));
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  void shouldCloseAfterALineWithoutEnd() throws IOException {
    try (WireClient client = open()) {
      client.sendRaw("x".repeat(70_000));
      assertThat(client.readToEnd()).isIn("-ERR Protocol error: too big inline request\r\n", "");
    }
  }

  @Test
  void shouldTellUnknownCommands() throws IOException {
    try (WireClient client = open()) {
      assertThat(client.call("NOSUCH", "a", "b"))
          .isEqualTo(
              new Failure("ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' "));
      assertThat(failure(client.call("CLIENT", "NOSUCH")))
          .startsWith("ERR unknown subcommand 'NOSUCH'. Try CLIENT HELP.");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ECHO,echo",
    "ECHO a b,echo",
    "SELECT,select",
    "AUTH,auth",
    "CLIENT,client",
    "CLIENT SETNAME,client|setname",
    "CLIENT ID x,client|id",
    "SUBSCRIBE,subscribe"
  })
  void shouldTellWrongNumbersOfArguments(String command, String name) throws IOException {
    try (WireClient client = open()) {
      assertThat(failure(client.call(command.split(" "))))
          .startsWith("ERR wrong number of arguments for '" + name + "' command");
    }
  }

  @Test
  void shouldSelectOnlyWhatThereIs() throws IOException {
    try (WireClient client = open()) {
      assertThat(client.call("SELECT", "0")).isEqualTo(new Simple("OK"));
      assertThat(client.call("SELECT", "99"))
          .isEqualTo(new Failure("ERR DB index is out of range"));
      assertThat(client.call("SELECT", "x"))
          .isEqualTo(new Failure("ERR value is not an integer or out of range"));
    }
  }

  @Test
  void shouldGreetInBothVersions() throws IOException {
    try (WireClient client = open()) {
      Map<?, ?> three = (Map<?, ?>) client.call("HELLO", "3", "SETNAME", "me");
      assertThat(three.keySet().stream().map(Object::toString).limit(7))
          .containsExactly("server", "version", "proto", "id", "mode", "role", "modules");
      assertThat(three.get("proto")).isEqualTo(3L);
      assertThat(three.get("modules")).isEqualTo(List.of());
      assertThat(client.call("CLIENT", "GETNAME")).isEqualTo("me");
      List<?> two = (List<?>) client.call("HELLO", "2");
      assertThat(two.get(two.indexOf("proto") + 1)).isEqualTo(2L);
      assertThat(client.call("HELLO")).isInstanceOf(List.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "HELLO 4; NOPROTO unsupported protocol version",
        "HELLO x; ERR Protocol version is not an integer or out of range",
        "HELLO 3 NOSUCH; ERR Syntax error in HELLO option 'NOSUCH'",
        "HELLO 3 AUTH a; ERR Syntax error in HELLO option 'AUTH'",
      })
  void shouldRefuseWrongHello(String command, String error) throws IOException {
    try (WireClient client = open()) {
      assertThat(client.call(command.split(" "))).isEqualTo(new Failure(error));
      assertThat(client.call("PING")).isEqualTo(new Simple("PONG"));
    }
  }

  @Test
  void shouldWriteNilByVersion() throws IOException {
    try (WireClient client = open()) {
      client.send("CLIENT", "GETNAME");
      assertThat(client.line()).isEqualTo("$-1");
      client.call("HELLO", "3");
      client.send("CLIENT", "GETNAME");
      assertThat(client.line()).isEqualTo("_");
    }
  }

  @Test
  void shouldSwitchVersionBetweenPipelinedCommands() throws IOException {
    try (WireClient client = open()) {
      client.sendRaw(
          "CLIENT GETNAME\r\nHELLO 3\r\nCLIENT GETNAME\r\nHELLO 2\r\nCLIENT GETNAME\r\n");
      assertThat(client.line()).isEqualTo("$-1");
      assertThat(client.read()).isInstanceOf(Map.class);
      assertThat(client.line()).isEqualTo("_");
      assertThat(client.read()).isInstanceOf(List.class);
      assertThat(client.line()).isEqualTo("$-1");
    }
  }

  @Test
  void shouldResetTheConnection() throws IOException {
    try (WireClient client = open()) {
      client.call("HELLO", "3");
      assertThat(client.call("RESET")).isEqualTo(new Simple("RESET"));
      client.send("CLIENT", "GETNAME");
      assertThat(client.line()).isEqualTo("$-1");
    }
  }

  @Test
  void shouldNameConnections() throws IOException {
    try (WireClient client = open()) {
      assertThat(client.call("CLIENT", "SETNAME", "worker-1")).isEqualTo(new Simple("OK"));
      assertThat(client.call("CLIENT", "GETNAME")).isEqualTo("worker-1");
      assertThat(client.call("CLIENT", "SETNAME", "a b"))
          .isEqualTo(
              new Failure(
                  "ERR Client names cannot contain spaces, newlines or special characters."));
      Object id = client.call("CLIENT", "ID");
      assertThat(id).isInstanceOf(Long.class);
      assertThat((String) client.call("CLIENT", "INFO"))
          .contains("id=" + id + " ", "name=worker-1 ", "resp=2", "db=0");
      assertThat((String) client.call("CLIENT", "LIST"))
          .contains("id=" + id + " addr=127.0.0.1:" + client.localPort() + " ");
      client.call("HELLO", "3");
      assertThat(client.call("CLIENT", "INFO")).isInstanceOf(Verbatim.class);
    }
  }

  @Test
  void shouldKillConnections() throws IOException {
    try (WireClient client = open();
        WireClient victim = open()) {
      Object id = victim.call("CLIENT", "ID");
      assertThat(client.call("CLIENT", "KILL", "ID", id.toString())).isEqualTo(1L);
      assertThat(victim.readToEnd()).isEmpty();
    }
  }

  @Test
  void shouldDescribeCommands() throws IOException {
    try (WireClient client = open()) {
      assertThat((Long) client.call("COMMAND", "COUNT")).isPositive();
      assertThat((List<?>) client.call("COMMAND", "LIST")).asString().contains("ping", "client");
      List<?> infos = (List<?>) client.call("COMMAND", "INFO", "echo", "nosuch", "client");
      assertThat(infos.get(1)).isNull();
      List<?> echo = (List<?>) infos.get(0);
      assertThat(echo).hasSize(10);
      assertThat(echo.subList(0, 2)).isEqualTo(List.of("echo", 2L));
      List<?> client10 = (List<?>) infos.get(2);
      assertThat(client10.subList(0, 2)).isEqualTo(List.of("client", -2L));
      List<?> subcommands = (List<?>) client10.get(9);
      assertThat(subcommands)
          .anySatisfy(
              s -> assertThat(((List<?>) s).subList(0, 2)).isEqualTo(List.of("client|id", 2L)));
      List<?> all = (List<?>) client.call("COMMAND");
      assertThat(all).isNotEmpty().allSatisfy(entry -> assertThat((List<?>) entry).hasSize(10));
    }
  }

  @Test
  void shouldDocumentCommandsAsMaps() throws IOException {
    try (WireClient client = open()) {
      client.call("HELLO", "3");
      Map<?, ?> docs = (Map<?, ?>) client.call("COMMAND", "DOCS", "echo", "client", "nosuch");
      assertThat(docs.keySet().stream().map(Object::toString))
          .containsExactlyInAnyOrder("echo", "client");
      Map<?, ?> echo = (Map<?, ?>) docs.get("echo");
      assertThat(echo.keySet().stream().map(Object::toString))
          .contains("summary", "since", "group", "arguments");
      Map<?, ?> message = (Map<?, ?>) ((List<?>) echo.get("arguments")).get(0);
      assertThat(message.get("name")).isEqualTo("message");
      assertThat(message.get("type")).isEqualTo("string");
      Map<?, ?> subcommands = (Map<?, ?>) ((Map<?, ?>) docs.get("client")).get("subcommands");
      assertThat(subcommands.keySet().stream().map(Object::toString)).contains("client|id");
    }
  }

  @Test
  void shouldTellInfoInSections() throws IOException {
    try (WireClient client = open()) {
      assertThat((String) client.call("INFO"))
          .contains("# Server\r\n", "redis_version:", "redis_mode:standalone", "tcp_port:");
      assertThat((String) client.call("INFO", "clients"))
          .startsWith("# Clients\r\nconnected_clients:")
          .doesNotContain("# Server");
      assertThat(client.call("INFO", "nosuch")).isEqualTo("");
      client.call("HELLO", "3");
      assertThat(client.call("INFO", "server")).isInstanceOf(Verbatim.class);
    }
  }

  @Test
  void shouldTellTheTime() throws IOException {
    try (WireClient client = open()) {
      List<?> time = (List<?>) client.call("TIME");
      long seconds = Long.parseLong((String) time.get(0));
      assertThat(seconds).isBetween(now() - 100, now() + 100);
      assertThat(Long.parseLong((String) time.get(1))).isBetween(0L, 999_999L);
    }
  }

  private static long now() {
    return System.currentTimeMillis() / 1_000;
  }

  @Test
  void shouldCloseOnQuitAfterAllReplies() throws IOException {
    try (WireClient client = open()) {
      client.sendRaw("PING\r\nQUIT\r\nPING\r\n");
      assertThat(client.readToEnd()).isEqualTo("+PONG\r\n+OK\r\n");
    }
  }

  @Test
  void shouldDemandAPassword() throws IOException {
    try (WireClient client = locked()) {
      assertThat(failure(client.call("PING"))).startsWith("NOAUTH Authentication required.");
      assertThat(failure(client.call("HELLO", "3")))
          .startsWith("NOAUTH HELLO must be called with the client already authenticated");
      assertThat(failure(client.call("AUTH", "wrong"))).startsWith("WRONGPASS ");
      assertThat(failure(client.call("AUTH", "nobody", "secret"))).startsWith("WRONGPASS ");
      assertThat(failure(client.call("CLIENT", "ID"))).startsWith("NOAUTH ");
      assertThat(client.call("AUTH", "secret")).isEqualTo(new Simple("OK"));
      assertThat(client.call("PING")).isEqualTo(new Simple("PONG"));
      client.call("RESET");
      assertThat(failure(client.call("PING"))).startsWith("NOAUTH ");
    }
  }

  @Test
  void shouldAuthenticateWithHello() throws IOException {
    try (WireClient client = locked()) {
      assertThat(failure(client.call("HELLO", "3", "AUTH", "default", "wrong")))
          .startsWith("WRONGPASS ");
      assertThat(client.call("HELLO", "3", "AUTH", "default", "secret", "SETNAME", "x"))
          .isInstanceOf(Map.class);
      assertThat(client.call("CLIENT", "GETNAME")).isEqualTo("x");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*11\r\n; unauthenticated multibulk length",
        "*1\r\n$16385\r\n; unauthenticated bulk length"
      })
  void shouldReadOnlyShortCommandsFromStrangers(String bytesAndError) throws IOException {
    String[] both = bytesAndError.split("; ");
    try (WireClient client = locked()) {
      client.call("PING");
      client.sendRaw(both[0]);
      assertThat(client.read()).isEqualTo(new Failure("ERR Protocol error: " + both[1]));
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  void shouldSendMessagesAsArraysInVersionTwo() throws IOException {
    try (WireClient client = open()) {
      assertThat(client.call("SUBSCRIBE", "news")).isEqualTo(List.of("subscribe", "news", 1L));
      assertThat(client.call("PSUBSCRIBE", "job.*")).isEqualTo(List.of("psubscribe", "job.*", 2L));
      assertThat(client.call("PING")).isEqualTo(List.of("pong", ""));
      assertThat(failure(client.call("ECHO", "x")))
          .isEqualTo(
              "ERR Can't execute 'echo': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT /"
                  + " RESET are allowed in this context");
      publish("news", "a");
      publish("job.mail.running", "b");
      publish("other", "c");
      publish("news", "d");
      assertThat(messageHead(client.read())).isEqualTo(List.of("message", "news"));
      assertThat(messageHead(client.read()))
          .isEqualTo(List.of("pmessage", "job.*", "job.mail.running"));
      assertThat(messageHead(client.read())).isEqualTo(List.of("message", "news"));
      assertThat(client.call("UNSUBSCRIBE")).isEqualTo(List.of("unsubscribe", "news", 1L));
      assertThat(client.call("PUNSUBSCRIBE", "job.*"))
          .isEqualTo(List.of("punsubscribe", "job.*", 0L));
      assertThat(client.call("ECHO", "x")).isEqualTo("x");
    }
  }

  @Test
  void shouldPushMessagesInVersionThree() throws IOException {
    try (WireClient client = open()) {
      client.call("HELLO", "3");
      client.send("SUBSCRIBE", "news", "more");
      assertThat(client.read()).isEqualTo(new Push(List.of("subscribe", "news", 1L)));
      assertThat(client.read()).isEqualTo(new Push(List.of("subscribe", "more", 2L)));
      assertThat(client.call("ECHO", "x")).isEqualTo("x");
      assertThat(client.call("PING")).isEqualTo(new Simple("PONG"));
      publish("news", "a");
      assertThat(messageHead(((Push) client.read()).content()))
          .isEqualTo(List.of("message", "news"));
      assertThat(client.call("UNSUBSCRIBE", "nosuch"))
          .isEqualTo(new Push(List.of("unsubscribe", "nosuch", 2L)));
    }
  }

  @Test
  void shouldConfirmUnsubscribingFromNothing() throws IOException {
    try (WireClient client = open()) {
      List<Object> expected = new ArrayList<>(List.of("unsubscribe"));
      expected.add(null);
      expected.add(0L);
      assertThat(client.call("UNSUBSCRIBE")).isEqualTo(expected);
    }
  }

  @Test
  void shouldEndSubscriptionsByReset() throws IOException {
    try (WireClient client = open()) {
      client.call("SUBSCRIBE", "news");
      assertThat(client.call("RESET")).isEqualTo(new Simple("RESET"));
      publish("news", "a");
      assertThat(client.call("ECHO", "x")).isEqualTo("x");
    }
  }

  private static String failure(Object reply) {
    assertThat(reply).isInstanceOf(Failure.class);
    return ((Failure) reply).text();
  }

  /** The message without its text, whose form is the server's own. */
  private static List<?> messageHead(Object message) {
    List<?> list = (List<?>) message;
    return list.subList(0, list.size() - 1);
  }
}
