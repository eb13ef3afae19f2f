/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.Desaster;
import io.desaster.core.audit.Audit;
import io.desaster.daemon.resp.Notation;
import io.desaster.daemon.resp.RespOptions;
import io.desaster.daemon.resp.RespServer;
import io.desaster.daemon.resp.Verb;
import io.desaster.daemon.resp.WireClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Carries out the example of every verb, each on a desaster of its own. */
abstract class VerbExamples {
  static Vertx vertx;

  /**
   * A new one, called web1.
   *
   * @param pools whether it shall have the pool shell@web1
   */
  abstract Desaster fresh(boolean pools) throws Exception;

  /** Its audit log. */
  abstract Audit audit(Desaster desaster);

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() throws Exception {
    await(vertx.close());
  }

  @TestFactory
  Stream<DynamicTest> shouldAnswerAsDocumented() throws Exception {
    List<Verb> verbs;
    try (Desaster desaster = fresh(false)) {
      verbs = server(desaster).verbs().all();
    }
    return verbs.stream()
        .map(verb -> DynamicTest.dynamicTest(verb.fullName(), () -> carryOut(verb)));
  }

  private RespServer server(Desaster desaster) {
    return new RespServer(
        vertx, RespOptions.local(0), DesasterVerbs.of(desaster, 256 * 1024), audit(desaster));
  }

  private void carryOut(Verb verb) throws Exception {
    assertThat(verb.example()).as("example").isNotEmpty();
    assertThat(verb.example()).anyMatch(line -> line.startsWith("> " + verb.fullName()));
    try (Desaster desaster = fresh(verb.name().equals("POOL"))) {
      RespServer server = server(desaster);
      int port = await(server.start());
      try (WireClient client = new WireClient(port)) {
        client.call("HELLO", "3");
        dialogue(client, verb.example());
      } finally {
        await(server.stop());
      }
    }
  }

  private static void dialogue(WireClient client, List<String> lines) throws IOException {
    int at = 0;
    while (at < lines.size()) {
      String command = lines.get(at++).substring(2);
      List<String> documented = new ArrayList<>();
      while (at < lines.size() && !lines.get(at).startsWith("> ")) {
        documented.add(lines.get(at++));
      }
      client.sendRaw(command + "\r\n");
      List<String> actual = Notation.lines(client.read());
      assertThat(Notation.matches(documented, actual))
          .as(
              "%s answered%n%s%n, not%n%s",
              command, String.join("\n", actual), String.join("\n", documented))
          .isTrue();
      if (!documented.get(0).startsWith("(error)")) {
        assertThat(actual.get(0)).as(command).doesNotStartWith("(error)");
      }
    }
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
