/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.daemon.resp.RespOptions;
import io.desaster.daemon.resp.RespServer;
import io.desaster.daemon.resp.WireClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors name a job as the client did. */
class TypedIdTest {
  private static final String UUID = "019d0000-0000-7000-8000-000000000000";
  private final Vertx vertx = Vertx.vertx();
  private final MemoryDesaster desaster = new MemoryDesaster();
  private RespServer server;
  private WireClient client;

  @BeforeEach
  void connect() throws Exception {
    server = new RespServer(vertx, RespOptions.local(0), DesasterVerbs.of(desaster, 1024));
    client = new WireClient(VerbExamples.await(server.start()));
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    VerbExamples.await(server.stop());
    desaster.close();
    VerbExamples.await(vertx.close());
  }

  private String error(String command) throws IOException {
    client.sendRaw(command + "\r\n");
    return ((WireClient.Failure) client.read()).text();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "JOB SHOW %s",
        "JOB RESULT %s",
        "JOB OUTPUT %s",
        "JOB EXPLAIN %s",
        "JOB WAIT %s",
        "JOB CANCEL %s",
        "JOB DONE %s 1",
        "JOB FAIL %s 1",
      })
  void shouldNameTheIdAsTyped(String form) throws Exception {
    assertThat(error(form.formatted("order-4711"))).contains("job order-4711");
    assertThat(error(form.formatted(UUID))).contains(UUID);
  }

  @Test
  void shouldNameEachIdOfSeveralAsTyped() throws Exception {
    client.sendRaw("JOB CANCEL one two\r\n");
    List<?> replies = (List<?>) client.read();

    assertThat(((WireClient.Failure) replies.get(0)).text()).contains("job one");
    assertThat(((WireClient.Failure) replies.get(1)).text()).contains("job two");
  }

  @Test
  void shouldNameTheIdOfAPushAsTyped() throws Exception {
    client.call("QUEUE", "PUSH", "mail", "remote", "a", "ID", "order-4711");

    assertThat(error("QUEUE PUSH mail remote other priority 3 id order-4711"))
        .startsWith("EXISTS ")
        .contains("order-4711");
  }
}
