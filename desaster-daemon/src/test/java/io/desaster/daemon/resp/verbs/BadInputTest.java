/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.daemon.resp.RespOptions;
import io.desaster.daemon.resp.RespServer;
import io.desaster.daemon.resp.Verb;
import io.desaster.daemon.resp.Verbs;
import io.desaster.daemon.resp.WireClient;
import io.desaster.daemon.resp.WireClient.Failure;
import io.desaster.daemon.resp.WireClient.Simple;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is sent, the answer is a coded error and the connection goes on. */
class BadInputTest {
  private static Vertx vertx;

  private final MemoryDesaster desaster = new MemoryDesaster();
  private final RespServer server =
      new RespServer(vertx, RespOptions.local(0), DesasterVerbs.of(desaster, 256 * 1024));
  private WireClient client;

  @BeforeAll
  static void startVertx() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stopVertx() throws Exception {
    VerbExamples.await(vertx.close());
  }

  @BeforeEach
  void start() throws Exception {
    client = new WireClient(VerbExamples.await(server.start()));
    client.call("QUEUE", "PUSH", "mail", "remote", "hello", "id", "j1");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    VerbExamples.await(server.stop());
    desaster.close();
  }

  private String refusal(Object reply) throws IOException {
    assertThat(reply).isInstanceOf(Failure.class);
    assertThat(client.call("PING")).isEqualTo(new Simple("PONG"));
    return ((Failure) reply).text();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // wrong arity
        "QUEUE | ERR wrong number of arguments for 'queue' command; it needs a subcommand, see QUEUE HELP",
        "QUEUE NOSUCH x | ERR unknown subcommand 'NOSUCH'. Try QUEUE HELP.",
        "QUEUE PUSH mail remote | ERR wrong number of arguments for 'queue|push' command; the form is: QUEUE PUSH queue kind payload [option value …]",
        "QUEUE SHOW | ERR wrong number of arguments for 'queue|show'",
        "QUEUE LIST x | ERR wrong number of arguments for 'queue|list'",
        "JOB SHOW a b | ERR wrong number of arguments for 'job|show'",
        "JOB MOVE j1 | ERR wrong number of arguments for 'job|move'",
        "JOB DONE j1 | ERR wrong number of arguments for 'job|done'",
        "OPERATION SHOW | ERR wrong number of arguments for 'operation|show'",
        // unknown subjects
        "QUEUE SHOW nosuch | NOTFOUND there is no queue 'nosuch'; QUEUE LIST shows those there are",
        "QUEUE STATS nosuch | NOTFOUND there is no queue 'nosuch'",
        "QUEUE PAUSE nosuch | NOTFOUND ",
        "QUEUE DESTROY nosuch | NOTFOUND ",
        "QUEUE DESTROY mail INTO nosuch | NOTFOUND ",
        "JOB SHOW nosuch | NOTFOUND there is no job ",
        "JOB RESULT nosuch | NOTFOUND there is no job ",
        "JOB WAIT nosuch TIMEOUT 1s | NOTFOUND ",
        "JOB CANCEL nosuch | NOTFOUND ",
        "JOB DONE nosuch 1 | NOTFOUND ",
        "NODE SHOW nosuch | NOTFOUND there is no node 'nosuch'; nodes: web1",
        "POOL SET shell@nosuch 1 2 | NOTFOUND ",
        "NODE STATS nosuch used | NOTFOUND there is no history of 'nosuch'",
        "NODE STATS web1 nosuch | INVALID there is no series 'nosuch'; nodes have cpu host-cpu rss",
        "NODE STATS web1 used yesterday | INVALID 'yesterday' is not a time",
        "NODE STATS web1 used 1x | INVALID '1x' is not a duration",
        "NODE STATS web1 used 1h 0s often | INVALID 'often' is not a duration",
        "NODE STATS web1 used 1h 0s 1m x | ERR wrong number of arguments for 'node|stats'",
        "QUEUE STATS mail WINDOW 0s | INVALID the window must be 1s to 600s in whole seconds, not 0ms",
        "QUEUE STATS mail FLOWS -1 | INVALID FLOWS must be a whole number from 0 to 1000, not '-1'",
        "QUEUE STATS nosuch FLOWS 1 | NOTFOUND there is no queue 'nosuch'",
        "TREE STATS | ERR wrong number of arguments for 'tree|stats' command; the form is: TREE STATS kind [WINDOW duration] [FLOWS number]",
        "TREE STATS remote WINDOW | INVALID WINDOW is missing",
        "TREE STATS remote WINDOW soon | INVALID 'soon' is not a duration",
        "TREE STATS remote WINDOW 11m | INVALID the window must be 1s to 600s in whole seconds, not 660000ms",
        "TREE STATS remote WINDOW 1500ms | INVALID the window must be 1s to 600s in whole seconds, not 1500ms",
        "TREE STATS remote FLOWS 1001 | INVALID FLOWS must be a whole number from 0 to 1000, not '1001'",
        "TREE STATS remote FLOWS many | INVALID FLOWS must be a whole number from 0 to 1000, not 'many'",
        "TREE STATS remote NOSUCH | INVALID 'NOSUCH' is not understood there; the form is: TREE STATS kind",
        "OPERATION SHOW 7 | NOTFOUND there is no operation 7",
        "COOLDOWN CLEAR nosuch | NOTFOUND ",
        // wrong values
        "QUEUE PUSH mail shell x | INVALID queue mail takes jobs of kind remote, not shell",
        "QUEUE PUSH mail `` x | INVALID a job needs a kind",
        "QUEUE PUSH mail remote x priority 8 | INVALID ",
        "QUEUE PUSH mail remote x priority high | INVALID option priority takes 0 (best) to 7, not 'high'",
        "QUEUE PUSH mail remote x priority | INVALID option priority has no value",
        "QUEUE PUSH mail remote x nosuch 1 | INVALID there is no push option 'nosuch'; options: id key",
        "QUEUE PUSH mail remote x delay soon | INVALID option delay takes a duration, not 'soon'",
        "QUEUE PUSH mail remote x delay 99999999999999d | INVALID ",
        "QUEUE PUSH mail remote x id `` | INVALID ",
        "QUEUE PUSH mail remote x after nosuch | NOTFOUND ",
        "QUEUE PUSH mail remote other id j1 | EXISTS ",
        "QUEUE CREATE mail remote | EXISTS ",
        "QUEUE CREATE new remote nosuch 1 | INVALID there is no queue option 'nosuch'; options: discipline",
        "QUEUE CREATE new remote max-length | INVALID option max-length has no value; options: discipline",
        "QUEUE SET mail max-length -1 | INVALID max-length must not be negative, not -1",
        "QUEUE SET mail max-length many | INVALID max-length needs a number, not 'many'",
        "QUEUE PAUSE mail FOR ever | INVALID 'ever' is not a duration",
        "QUEUE PAUSE mail UNTIL noon | INVALID 'noon' is not a time",
        "QUEUE PAUSE mail NOSUCH x | INVALID 'NOSUCH' is not understood there; the form is: QUEUE PAUSE name",
        "QUEUE DRAIN mail MAYBE | INVALID 'MAYBE' is not understood there",
        "QUEUE DESTROY mail UNTO x | INVALID 'UNTO' is not understood there",
        "QUEUE DESTROY mail | STATE ",
        "QUEUE JOBS mail state=nosuch | INVALID filter: 'state=nosuch' names no state",
        "QUEUE JOBS mail LIMIT 0 | INVALID LIMIT must be a whole number from 1 to 10000, not '0'",
        "QUEUE JOBS mail LIMIT 10001 | INVALID LIMIT must be a whole number from 1 to 10000, not '10001'",
        "JOB LIST FILTER nosuch | INVALID filter: 'nosuch' is not of the form field=value",
        "JOB LIST SORT nosuch | INVALID SORT takes submitted, due, started, finished, priority or queue",
        "JOB LIST nosuch | INVALID 'nosuch' is not understood there; the form is: JOB LIST",
        "JOB LIST LIMIT | INVALID LIMIT is missing",
        "JOB RESULT j1 | STATE no result of job ",
        "JOB WAIT j1 TIMEOUT x | INVALID 'x' is not a duration",
        "JOB OUTPUT j1 OFFSET x | INVALID OFFSET must be a whole number",
        "JOB OUTPUT j1 LIMIT 99999999999 | INVALID LIMIT must be a whole number from 1 to 1048576",
        "JOB CANCEL j1 MODE maybe | INVALID MODE takes never, retry or elsewhere, not 'maybe'",
        "JOB CANCEL FILTER x | INVALID filter: ",
        "JOB CANCEL FILTER `` | INVALID an empty filter would mean all jobs; write FILTER id=* if",
        "JOB CANCEL MODE never | INVALID no job is named; give ids, or FILTER and a filter",
        "JOB PRIORITY j1 TO 9 | INVALID priority must be a whole number from 0 to 7, not '9'",
        "JOB PRIORITY j1 2 TO | INVALID priority is missing",
        "JOB MOVE j1 j2 j3 | INVALID TO and a value are missing after the ids or the filter",
        "JOB DELETE j1 | STATE ",
        "JOB DONE j1 0 | INVALID attempt must be a whole number from 1",
        "JOB DONE j1 1 | STALE ",
        "JOB FAIL j1 1 EXIT x | INVALID EXIT must be a whole number",
        "JOB BEAT w1 j1 | INVALID attempt is missing; the form is: JOB BEAT",
        "JOB TAKE w1 SLOTS 0 | INVALID SLOTS must be a whole number from 1",
        "JOB TAKE w1 COUNT -1 | INVALID COUNT must be a whole number from 0",
        "JOB PROGRESS j1 1 101 | INVALID percent must be a whole number from 0 to 100, not '101'",
        "POOL SET shell@web1 5 2 | INVALID max must be a whole number from 5",
        "OPERATION SHOW x | INVALID id must be a whole number",
      })
  void shouldRefuseWithACode(String command, String error) throws Exception {
    client.sendRaw(command.replace("``", "''") + "\r\n");
    assertThat(refusal(client.read())).startsWith(error);
  }

  @Test
  void shouldRefuseAPayloadOverTheLimit() throws Exception {
    String large = "x".repeat(2 * 1024 * 1024);
    assertThat(refusal(client.call("QUEUE", "PUSH", "mail", "remote", large)))
        .startsWith(
            "INVALID payload of 2097152 bytes for queue mail is larger than the limit of 262144;");
    String largest = "x".repeat(256 * 1024);
    assertThat(client.call("QUEUE", "PUSH", "mail", "remote", largest)).isInstanceOf(String.class);
  }

  @Test
  void shouldTakeBinaryPayloadsAndRefuseBinaryNames() throws Exception {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    byte[] invalid = {'m', (byte) 0xff, (byte) 0xfe};
    client.sendRaw(command("QUEUE", "PUSH", "mail", "remote", all, "id", "binary"));
    assertThat(client.read()).isInstanceOf(String.class);
    assertThat(desaster.jobsOf("mail").get(1).spec().payload()).isEqualTo(all);
    for (Object[] words :
        List.of(
            new Object[] {"QUEUE", "PUSH", invalid, "remote", "x"},
            new Object[] {"QUEUE", "PUSH", "mail", invalid, "x"},
            new Object[] {"QUEUE", "PUSH", "mail", "remote", "x", "key", invalid},
            new Object[] {"QUEUE", "SHOW", invalid},
            new Object[] {"QUEUE", "SET", "mail", "never-on", invalid},
            new Object[] {"JOB", "LIST", "FILTER", invalid},
            new Object[] {"EVENTS", "SUBSCRIBE", invalid})) {
      client.sendRaw(command(words));
      assertThat(refusal(client.read())).startsWith("INVALID ").contains("not UTF-8");
    }
  }

  private static byte[] command(Object... words) {
    return WireClient.command(
        Arrays.stream(words)
            .map(w -> w instanceof byte[] b ? b : ((String) w).getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new));
  }

  /** Random words in every place of every verb: an answer, and never an internal error. */
  @Test
  void shouldAnswerEveryVerbWhateverItsArgumentsAre() throws Exception {
    Random random = new Random(42);
    Verbs verbs = server.verbs();
    List<Verb> all = new ArrayList<>(verbs.all());
    Collections.shuffle(all, random);
    for (Verb verb : all) {
      // These may end this connection, as they should.
      boolean ends = List.of("QUIT", "CLIENT KILL").contains(verb.fullName());
      if (ends || verb.is(Verb.Flag.PUBSUB) || verb.is(Verb.Flag.BLOCKING)) {
        continue;
      }
      for (int round = 0; round < 30; round++) {
        List<byte[]> words = new ArrayList<>();
        for (String name : verb.fullName().split(" ")) {
          words.add(name.getBytes(StandardCharsets.UTF_8));
        }
        int count = random.nextInt(7);
        for (int i = 0; i < count; i++) {
          words.add(word(random, verb));
        }
        client.sendRaw(WireClient.command(words.toArray(byte[][]::new)));
        Object reply = client.read();
        if (reply instanceof Failure failure) {
          assertThat(failure.text()).matches("[A-Z]+ .*").doesNotContain("internal error");
        }
      }
    }
    assertThat(client.call("PING")).isEqualTo(new Simple("PONG"));
  }

  private static byte[] word(Random random, Verb verb) {
    String[] some = {
      "mail",
      "j1",
      "remote",
      "",
      "0",
      "1",
      "-1",
      "99999999999999999999",
      "FILTER",
      "state=queued",
      "TO",
      "BY",
      "LIMIT",
      "1h",
      "99999999999999w",
      "*",
      "shell@web1",
      "2026-11-24T05:02:03Z"
    };
    switch (random.nextInt(4)) {
      case 0:
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
      case 1:
        String[] own = verb.usage().split("[^A-Za-z]+");
        return own[random.nextInt(own.length)].getBytes(StandardCharsets.UTF_8);
      default:
        return some[random.nextInt(some.length)].getBytes(StandardCharsets.UTF_8);
    }
  }
}
