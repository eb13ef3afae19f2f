/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.daemon.resp.WireClient.Failure;
import io.desaster.daemon.resp.WireClient.Simple;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplyOrderTest {
  private ServerFixture fixture;
  private WireClient client;

  @BeforeEach
  void start() throws Exception {
    fixture = ServerFixture.plain();
    client = fixture.client();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    fixture.close();
  }

  @Test
  void shouldAnswerInOrderWhateverIsDoneFirst() throws IOException {
    client.sendRaw("TEST WRITE a\r\nTEST WRITE b\r\nPING\r\nTEST WRITE c\r\n");
    fixture.awaitBegun("a", "b", "c");
    fixture.verbs.release("c");
    fixture.verbs.release("b");
    fixture.verbs.release("a");
    assertThat(client.read()).isEqualTo("a");
    assertThat(client.read()).isEqualTo("b");
    assertThat(client.read()).isEqualTo(new Simple("PONG"));
    assertThat(client.read()).isEqualTo("c");
  }

  @Test
  void shouldHoldAReadUntilEarlierWritesAreAnswered() throws IOException {
    client.sendRaw(
        "TEST WRITE w1\r\nTEST WRITE w2\r\nTEST READ r1\r\nTEST READ r2\r\nTEST WRITE w3\r\n");
    fixture.verbs.release("r1");
    fixture.awaitBegun("w1", "w2");
    fixture.verbs.release("w1");
    assertThat(client.read()).isEqualTo("w1");
    assertThat(fixture.verbs.begun).containsExactly("w1", "w2");
    fixture.verbs.release("w2");
    assertThat(client.read()).isEqualTo("w2");
    assertThat(client.read()).isEqualTo("r1");
    fixture.awaitBegun("r2");
    assertThat(fixture.verbs.begun).containsExactly("w1", "w2", "r1", "r2");
    fixture.verbs.release("r2");
    fixture.verbs.release("w3");
    assertThat(client.read()).isEqualTo("r2");
    assertThat(client.read()).isEqualTo("w3");
  }

  @Test
  void shouldHoldAReadOnlyOnItsOwnConnection() throws IOException {
    client.send("TEST", "WRITE", "w");
    fixture.awaitBegun("w");
    fixture.verbs.release("r");
    try (WireClient other = fixture.client()) {
      assertThat(other.call("TEST", "READ", "r")).isEqualTo("r");
    }
    fixture.verbs.release("w");
    assertThat(client.read()).isEqualTo("w");
  }

  @Test
  void shouldGatherPipelinedCallsAndKeepTheirOrder() throws IOException {
    StringBuilder commands = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      commands.append("TEST GATHER v").append(i).append("\r\n");
    }
    client.sendRaw(
        commands + "TEST GATHER ''\r\nTEST WRITE w\r\nTEST GATHER last\r\nTEST TYPES\r\n");
    fixture.verbs.release("w");
    for (int i = 0; i < 100; i++) {
      assertThat(client.read()).isEqualTo("v" + i);
    }
    assertThat(client.read()).isEqualTo(new Failure("INVALID value must not be empty"));
    assertThat(client.read()).isEqualTo("w");
    assertThat(client.read()).isEqualTo("last");
    assertThat(client.read()).isInstanceOf(List.class);
    assertThat(fixture.verbs.batches.stream().mapToInt(n -> n).sum()).isEqualTo(101);
    assertThat(fixture.verbs.batches).hasSizeLessThan(20);
  }

  @Test
  void shouldTellRefusalsAndBugsApart() throws IOException {
    assertThat(client.call("TEST", "REFUSE")).isEqualTo(new Failure("FULL no room  at all"));
    assertThat(((Failure) client.call("TEST", "BUG")).text())
        .startsWith("ERR internal error: java.lang.IllegalStateException: broken");
    assertThat(client.call("PING")).isEqualTo(new Simple("PONG"));
  }

  @Test
  void shouldWriteAllTypesInBothVersions() throws IOException {
    List<Object> flat = new ArrayList<>(List.of("text", "täxt", "number", 7L, "double", "1.5"));
    flat.addAll(List.of("yes", 1L, "nothing"));
    flat.add(null);
    flat.addAll(List.of("list", List.of("a", 1L)));
    assertThat(client.call("TEST", "TYPES")).isEqualTo(flat);
    client.call("HELLO", "3");
    Map<?, ?> map = (Map<?, ?>) client.call("TEST", "TYPES");
    assertThat(map.get("double")).isEqualTo(1.5);
    assertThat(map.get("yes")).isEqualTo(true);
    assertThat(map.get("nothing")).isNull();
    assertThat(map).hasSize(6);
  }

  @Test
  void shouldTellWhatWasBegunThatItsClientIsGone() throws Exception {
    client.send("TEST", "READ", "r");
    fixture.awaitBegun("r");
    client.close();
    Awaitility.await().until(() -> fixture.verbs.abandoned.contains("r"));
  }

  @Test
  void shouldAnswerWhatWasBegunBeforeMalformedBytes() throws IOException {
    client.sendRaw("TEST WRITE w\r\n*x\r\n");
    fixture.awaitBegun("w");
    fixture.verbs.release("w");
    assertThat(client.read()).isEqualTo("w");
    assertThat(client.read())
        .isEqualTo(new Failure("ERR Protocol error: invalid multibulk length"));
    assertThat(client.readToEnd()).isEmpty();
    fixture.awaitClosed(CloseReason.MALFORMED, 1);
  }

  @Test
  void shouldShowHelpOfAllVerbsAndOfOne() throws IOException {
    assertThat(texts(client.call("HELP"))).contains("TEST READ name", "PING [message]");
    assertThat(texts(client.call("HELP", "echo")))
        .startsWith("ECHO message", "    Answers what was sent.");
    assertThat(texts(client.call("TEST", "HELP"))).contains("TEST WRITE name");
    assertThat(((Failure) client.call("HELP", "nosuch")).text()).startsWith("NOTFOUND ");
  }

  private static List<String> texts(Object simpleStrings) {
    return ((List<?>) simpleStrings).stream().map(each -> ((Simple) each).text()).toList();
  }

  @Test
  void shouldAddTheFactsOfTheServiceToInfo() throws IOException {
    assertThat((String) client.call("INFO", "scheduler"))
        .isEqualTo("# Scheduler\r\nscheduler_jobs:7\r\n");
  }
}
