/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.wire.JsonReader;
import io.desaster.core.log.LogOptions;
import io.desaster.core.node.DesasterNode;
import io.desaster.daemon.resp.EventTopic;
import io.desaster.daemon.resp.RespOptions;
import io.desaster.daemon.resp.RespServer;
import io.desaster.daemon.resp.WireClient;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Events are told as documented, with no field that is not. */
class EventExamplesTest {
  private static final LogOptions SMALL =
      LogOptions.defaults().withSegmentBytes(1 << 20).withReserveBytes(1 << 20);

  @TempDir private Path directory;

  static List<EventTopic> topics() {
    return EventTopic.all();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void shouldTellAsDocumented(EventTopic topic) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (DesasterNode node =
        DesasterNode.builder()
            .dataDir(directory)
            .name("web1")
            .logOptions(SMALL)
            .vertx(vertx)
            .start()) {
      RespServer server =
          new RespServer(
              vertx, RespOptions.local(0), DesasterVerbs.of(node, 1024), node.auditLog());
      int port = VerbExamples.await(server.start());
      try (WireClient listener = new WireClient(port);
          WireClient client = new WireClient(port)) {
        listener.call("EVENTS", "SUBSCRIBE", topic.pattern());
        carryOut(topic, client, listener);
      } finally {
        VerbExamples.await(server.stop());
      }
    } finally {
      VerbExamples.await(vertx.close());
    }
  }

  private static void carryOut(EventTopic topic, WireClient client, WireClient listener)
      throws Exception {
    Set<String> told = new HashSet<>();
    for (String line : topic.example()) {
      if (line.startsWith("> ")) {
        client.sendRaw(line.substring(2) + "\r\n");
        assertThat(client.read()).as(line).isNotInstanceOf(WireClient.Failure.class);
        continue;
      }
      List<?> message = (List<?>) listener.read();
      Map<?, ?> event = (Map<?, ?>) JsonReader.read((String) message.get(3));
      assertThat(message.get(2)).isEqualTo(event.get("topic"));
      Map<?, ?> documented = (Map<?, ?>) JsonReader.read(line);
      assertThat(event.keySet()).isEqualTo(documented.keySet());
      documented.forEach((key, value) -> require(line, value, event.get(key)));
      ((Map<?, ?>) event.get("fields")).keySet().forEach(field -> told.add((String) field));
    }
    assertThat(topic.fields().keySet()).as("fields that are documented").containsAll(told);
  }

  private static void require(String line, Object documented, Object actual) {
    if (documented instanceof Map<?, ?> fields) {
      Map<?, ?> others = (Map<?, ?>) actual;
      assertThat(others.keySet()).as(line).isEqualTo(fields.keySet());
      fields.forEach((key, value) -> require(line, value, others.get(key)));
    } else {
      String pattern = Pattern.quote((String) documented).replace("…", "\\E.+\\Q");
      assertThat((String) actual).as(line).matches(pattern);
    }
  }
}
