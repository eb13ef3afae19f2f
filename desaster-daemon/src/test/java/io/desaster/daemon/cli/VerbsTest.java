/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.desaster.api.error.ErrorCode;
import io.desaster.daemon.DaemonFixture;
import io.desaster.daemon.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every verb against a daemon in this process. */
final class VerbsTest {
  @TempDir static Path directory;
  private static DaemonFixture daemon;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private String stdin = "";
  private String queue;

  @BeforeAll
  static void startDaemon() throws IOException {
    daemon = DaemonFixture.start(directory);
  }

  @AfterAll
  static void stopDaemon() {
    daemon.close();
  }

  @BeforeEach
  void nameQueue() {
    queue = "q" + UUID.randomUUID().toString().substring(0, 8);
  }

  private int execute(String... arguments) {
    out.reset();
    err.reset();
    Printer printer =
        new Printer(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new Terminal(false, false));
    Surroundings surroundings =
        new Surroundings(
            Map.of(
                "DESASTER_PORT", Integer.toString(daemon.port()),
                "DESASTER_DATA_DIR", directory.toString()),
            directory,
            directory,
            false,
            "web1");
    return new Cli(
            new Outside(
                new ClientOpener(),
                new NoStarter(),
                interrupt -> {},
                surroundings,
                printer,
                new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8))))
        .execute(List.of(arguments), arguments[0]);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private JsonNode json(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(1, "--json");
    assertThat(execute(all.toArray(new String[0]))).as(err()).isZero();
    return new ObjectMapper().readTree(out());
  }

  private String push(String... options) {
    List<String> all = new ArrayList<>(List.of("push", "-q", queue));
    all.addAll(List.of(options));
    assertThat(execute(all.toArray(new String[0]))).as(err()).isZero();
    return out().strip();
  }

  @Test
  void shouldRunWithTheMannersOfAPlainCommand() {
    assertThat(execute("run", "--", "echo out; echo err >&2; pwd; exit 3")).isEqualTo(3);

    assertThat(out()).isEqualTo("out\n" + directory + "\n");
    assertThat(err()).isEqualTo("err\n");
  }

  @Test
  void shouldRunAProgramWithItsArgumentsAndStdin() {
    stdin = "a b\nü\n";

    assertThat(execute("run", "--stdin", "-e", "X=y z", "--", "cat", "-")).isZero();
    assertThat(out()).isEqualTo(stdin);
    assertThat(execute("run", "-e", "X=y z", "--", "printenv", "X")).isZero();
    assertThat(out()).isEqualTo("y z\n");
  }

  @Test
  void shouldLeaveTheOptionsOfTheProgramAlone() {
    assertThat(execute("run", "echo", "--json", "-p", "-e")).isZero();
    assertThat(out()).isEqualTo("--json -p -e\n");
  }

  @Test
  void shouldExitWithTheSignalThatEndedTheJob() {
    assertThat(execute("run", "--", "kill -KILL $$")).isEqualTo(137);
    assertThat(err()).startsWith("desaster: job ").contains("failed");
  }

  @Test
  void shouldExitWith124WhenTheJobsTimeIsOver() {
    assertThat(execute("run", "--timeout=200ms", "--grace=1s", "--", "sleep 60"))
        .isEqualTo(ExitCode.TIMED_OUT);
  }

  @Test
  void shouldExitWith127WhenThereIsNoSuchProgram() {
    assertThat(execute("run", "--", "/no/such/program", "x")).isEqualTo(ExitCode.NOT_STARTED);
  }

  @Test
  void shouldSayWhyAJobFailedWhenItsExitCodeDoesNot() {
    assertThat(execute("run", "--label=none", "--ttl=100ms", "--", "true"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err()).contains(" failed: expired");
    assertThat(execute("run", "--cpu=1s", "--", "while :; do :; done")).isEqualTo(ExitCode.FAILED);
    assertThat(err()).contains(" failed: CPU time limit");
  }

  @Test
  void shouldExplainWithoutLettingOthersTextsMoveTheCursor() {
    assertThat(execute("queue", "create", queue)).isZero();
    assertThat(execute("queue", "pause", queue, "--why", "\u001b[2J")).isZero();
    push("true");
    String second = push("true");
    String third = push("true");

    assertThat(execute("job", "explain", second)).isZero();
    assertThat(out()).contains(": .[2J\n", "behind 1 job in queue " + queue + "\n");
    assertThat(execute("job", "explain", third)).isZero();
    assertThat(out()).contains("behind 2 jobs in queue " + queue + "\n");
  }

  @Test
  void shouldLeaveOutBlankLinesAndNumberTheOthersAsTheyStand() {
    stdin = "true\n\n  \n{}\ntrue\n";

    assertThat(execute("push", "-q", queue)).isEqualTo(ExitCode.REFUSED);

    assertThat(out().lines()).hasSize(2);
    assertThat(err()).startsWith("desaster: line 4: INVALID ").hasLineCount(1);
  }

  @Test
  void shouldSayThatAHostIsNotKnown() {
    assertThat(execute("status", "-H", "nohost.invalid")).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(err()).contains("nohost.invalid").contains("no host of that name is known");
  }

  @Test
  void shouldNotSayWhoMadeATreeThatNobodyMade() throws IOException {
    JsonNode tree = json("tree", "show", "--kind", "untouched");

    assertThat(tree.get("version").asInt()).isZero();
    assertThat(tree.has("at")).isFalse();
    assertThat(tree.has("by")).isFalse();
  }

  @Test
  void shouldSayThatARunningJobIsBeingEnded() {
    String running = push("sleep 60");
    daemon.awaitState(running, "running");

    assertThat(execute("job", "cancel", running)).isZero();
    assertThat(out()).isEqualTo("job " + running + " running, is being ended\n");
  }

  @Test
  void shouldNotTakeAnEmptyFilterForAllJobs() {
    String waiting = push("--delay=1h", "true");

    assertThat(execute("job", "cancel", "--filter", "")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("write id=* if they are meant");
    assertThat(execute("job", "priority", "--to=1", "--filter", "id=* queue=" + queue)).isZero();
    assertThat(execute("job", "show", waiting)).isZero();
    assertThat(out()).contains("scheduled").contains("priority  1");
  }

  @Test
  void shouldNameAnUnknownJobAsTheUserDid() {
    assertThat(execute("wait", "no-such")).isEqualTo(ExitCode.REFUSED);
    assertThat(err()).isEqualTo("desaster: NOTFOUND there is no job no-such (any more)\n");
  }

  @Test
  void shouldRefuseAPayloadThatItsKindCanNeverRun() {
    assertThat(execute("push", "-q", queue, "{\"comand\": \"true\"}")).isEqualTo(ExitCode.REFUSED);
    assertThat(err())
        .isEqualTo(
            "desaster: INVALID a shell job knows command, env, cwd, stdin, user and umask, not"
                + " 'comand'\n");
  }

  @Test
  void shouldShowTheOutputOfEveryAttemptOfARunWithRetries() {
    int exitCode =
        execute(
            "run", "--retry=2", "--retry-base=10ms", "--", "echo try $DESASTER_ATTEMPT; exit 5");

    assertThat(exitCode).isEqualTo(5);
    assertThat(out()).isEqualTo("try 1\ntry 2\n");
  }

  @Test
  void shouldPrintTheFinishedJobAsJson() throws IOException {
    JsonNode job = json("run", "--", "echo out");

    assertThat(job.get("state").asText()).isEqualTo("succeeded");
    assertThat(err()).isEqualTo("out\n");
  }

  @Test
  void shouldRunTheSameIdOnce() {
    String id = UUID.randomUUID().toString();

    assertThat(execute("run", "--id", id, "--", "echo $DESASTER_ATTEMPT; exit 4")).isEqualTo(4);
    assertThat(execute("run", "--id", id, "--", "echo $DESASTER_ATTEMPT; exit 4")).isEqualTo(4);
    assertThat(out()).isEqualTo("1\n");
    assertThat(execute("run", "--id", id, "--", "another")).isEqualTo(ExitCode.REFUSED);
    assertThat(err()).startsWith("desaster: EXISTS ");
  }

  @Test
  void shouldPushALineOfStdinEach() {
    stdin = "true\nexit 3\necho ü\n";

    assertThat(execute("push", "-q", queue, "--retry=1")).isZero();
    String[] ids = out().strip().split("\n");
    assertThat(ids).hasSize(3);
    assertThat(execute("wait", ids[0], ids[2])).isZero();
    assertThat(execute("wait", ids[0], ids[1])).isEqualTo(ExitCode.FAILED);
    assertThat(err()).contains(ids[1]).contains("exit code 3");
    assertThat(execute("logs", ids[2])).isZero();
    assertThat(out()).isEqualTo("ü\n");
  }

  @Test
  void shouldGoOnAfterALineThatIsRefused() {
    execute("queue", "create", queue, "max-length=1");
    execute("queue", "pause", queue);
    stdin = "true\ntrue\n";

    assertThat(execute("push", "-q", queue)).isEqualTo(ExitCode.REFUSED);
    assertThat(out().strip().split("\n")).hasSize(1);
    assertThat(err()).startsWith("desaster: line 2: FULL ");
  }

  @Test
  void shouldGiveUpWaitingInTime() {
    String id = push("--delay=1h", "--", "true");

    assertThat(execute("wait", "--timeout=100ms", id)).isEqualTo(ExitCode.TIMED_OUT);
    assertThat(execute("job", "cancel", id)).isZero();
    assertThat(execute("wait", id)).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void shouldFollowLogsUntilTheJobEnds() {
    String id = push("--retry=1", "--", "echo a; sleep 0.3; echo b; exit 6");

    assertThat(execute("logs", "-f", id)).isEqualTo(6);
    assertThat(out()).isEqualTo("a\nb\n");
    assertThat(execute("logs", "--tail=2", id)).isZero();
    assertThat(out()).isEqualTo("b\n");
    assertThat(execute("job", "output", id)).isZero();
    assertThat(out()).isEqualTo("a\nb\n");
    assertThat(execute("logs", UUID.randomUUID().toString())).isEqualTo(ExitCode.REFUSED);
    assertThat(err()).startsWith("desaster: NOTFOUND ");
  }

  @Test
  void shouldSteerAQueue() throws IOException {
    assertThat(json("queue", "create", queue, "max-running=2", "retry=3").get("name").asText())
        .isEqualTo(queue);
    assertThat(json("queue", "set", queue, "timeout=90s").toString()).contains("1m30s");
    assertThat(execute("queue", "pause", queue, "--why=maintenance", "--for=1h")).isZero();
    assertThat(execute("queue", "show", queue)).isZero();
    assertThat(out()).contains("maintenance");
    String id = push("--", "true");
    assertThat(json("queue", "stats", queue).get("queued").asInt()).isEqualTo(1);
    assertThat(execute("queue", "list")).isZero();
    assertThat(out()).containsPattern(queue + " +shell +paused +1 ");
    assertThat(execute("queue", "purge", queue)).isZero();
    assertThat(out()).isEqualTo("1 job cancelled\n");
    assertThat(execute("queue", "resume", queue)).isZero();
    assertThat(execute("queue", "drain", queue)).isZero();
    assertThat(execute("push", "-q", queue, "true")).isEqualTo(ExitCode.REFUSED);
    assertThat(execute("queue", "drain", "--off", queue)).isZero();
    assertThat(execute("queue", "detach", queue, "shell@test")).isZero();
    assertThat(execute("queue", "attach", queue, "shell@test")).isZero();
    assertThat(execute("queue", "rename", queue, queue + "x")).isZero();
    assertThat(execute("job", "delete", id)).isZero();
    assertThat(execute("queue", "destroy", queue + "x")).isZero();
    assertThat(execute("queue", "show", queue + "x")).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void shouldSteerJobs() throws IOException {
    execute("queue", "create", queue + "b");
    execute("queue", "create", queue);
    execute("queue", "pause", queue);
    execute("queue", "pause", queue + "b");
    String id = push("--tags=x", "--", "true");

    assertThat(execute("job", "priority", "--to=1", id)).isZero();
    assertThat(execute("job", "tag", "--add=y,z", "--remove=x", id)).isZero();
    assertThat(execute("job", "label", "--label=gpu", id)).isZero();
    assertThat(execute("job", "move", "--to=" + queue + "b", id)).isZero();
    JsonNode job = json("job", "show", id);
    assertThat(job.get("queue").asText()).isEqualTo(queue + "b");
    assertThat(job.get("options").get("priority").asText()).isEqualTo("1");
    assertThat(job.get("options").get("tags").asText()).isEqualTo("y,z");
    assertThat(job.get("options").get("label").asText()).isEqualTo("gpu");
    assertThat(execute("job", "explain", id)).isZero();
    assertThat(out()).isNotBlank();
    assertThat(json("job", "list", "queue=" + queue + "b").get("jobs")).hasSize(1);
    assertThat(execute("job", "cancel", id)).isZero();
    assertThat(execute("job", "label", id)).isEqualTo(ExitCode.REFUSED);
    assertThat(execute("job", "delete", id)).isZero();
    assertThat(execute("job", "show", id)).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void shouldDoToAllThatMatch() throws IOException {
    execute("queue", "create", queue);
    execute("queue", "pause", queue);
    stdin = "true\ntrue\ntrue\n";
    execute("push", "-q", queue);

    JsonNode operation = json("job", "cancel", "--filter=queue=" + queue);
    assertThat(operation.get("done").asInt()).isEqualTo(3);
    String number = operation.get("id").asText();
    assertThat(execute("operation", "list")).isZero();
    assertThat(out()).contains("queue=" + queue);
    assertThat(json("operation", "undo", number).get("done").asInt()).isEqualTo(3);
    assertThat(json("queue", "stats", queue).get("queued").asInt()).isEqualTo(3);
    assertThat(execute("operation", "show", "999999")).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void shouldKillAndRetry() {
    String id = push("--retry=1", "--", "sleep 60");
    daemon.awaitState(id, "running");

    assertThat(execute("job", "kill", "--grace=1s", id)).isZero();
    assertThat(execute("wait", id)).isEqualTo(ExitCode.FAILED);
    assertThat(execute("job", "retry", id)).isZero();
    daemon.awaitState(id, "running");
    assertThat(execute("job", "cancel", id)).isZero();
    assertThat(execute("wait", id)).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void shouldListAndFreeCoolDowns() throws IOException {
    execute("queue", "create", queue, "cool-down=1h");
    push("--key=k", "--", "true");

    assertThat(execute("push", "-q", queue, "--key=k", "--", "false")).isEqualTo(ExitCode.REFUSED);
    assertThat(err()).startsWith("desaster: DUPLICATE ");
    assertThat(execute("cooldown", "list", queue)).isZero();
    assertThat(out()).contains(queue + "  k ");
    assertThat(json("cooldown", "clear", queue).get("cleared").asInt()).isEqualTo(1);
    push("--key=k", "--", "false");
  }

  @Test
  void shouldShowNodesAndPools() throws IOException {
    assertThat(json("node", "list").get(0).get("name").asText()).isEqualTo("test");
    assertThat(execute("pool", "set", "shell@test", "--min=3", "--max=3")).isZero();
    assertThat(execute("pool", "list")).isZero();
    assertThat(out()).containsPattern("shell@test +\\d+ +3 +3 +3");
    assertThat(execute("node", "show", "test")).isZero();
    assertThat(out()).containsPattern("name +test");
    assertThat(json("node", "show", "test").get("name").asText()).isEqualTo("test");
    assertThat(execute("node", "show", "nowhere")).isEqualTo(ExitCode.of(ErrorCode.NOTFOUND));
    assertThat(err()).contains("there is no node 'nowhere'; nodes: test");
    assertThat(execute("queue", "create", "late", "--kind=remote")).isZero();
    assertThat(execute("queue", "pause", "late", "--until=2020-01-01T00:00:00Z"))
        .isEqualTo(ExitCode.of(ErrorCode.INVALID));
    assertThat(err()).contains("'late' until 2020-01-01T00:00:00Z, which is over");
    assertThat(execute("queue", "pause", "late", "--until=2099-01-01T00:00:00Z")).isZero();
    assertThat(json("queue", "show", "late").get("paused-until").asText()).startsWith("2099");
    assertThat(execute("queue", "destroy", "late")).isZero();
    assertThat(execute("node", "drain", "test")).isZero();
    assertThat(execute("status", "--check")).isEqualTo(ExitCode.FAILED);
    assertThat(out()).contains("desaster node drain --off test");
    assertThat(execute("node", "drain", "--off", "test")).isZero();
  }

  @Test
  void shouldShowHowANodeAndItsPoolsWent() throws IOException {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> last(json("node", "stats", "test", "rss").get(0)).isNumber());

    JsonNode rss = json("node", "stats", "test", "rss", "used").get(0);
    assertThat(rss.get("name").asText()).isEqualTo("test");
    assertThat(rss.get("series").asText()).isEqualTo("rss");
    assertThat(rss.get("unit").asText()).isEqualTo("bytes");
    assertThat(last(rss).asDouble()).isGreaterThan(1 << 20);
    assertThat(execute("node", "stats", "test", "--from=5m")).isZero();
    assertThat(out()).startsWith("SERIES").containsPattern("\nrss +[0-9.]+ MiB .*[▁▂▃▄▅▆▇█]");
    assertThat(out().lines()).hasSize(1 + 8);
    assertThat(execute("node", "stats", "shell@test")).isZero();
    assertThat(out().lines().map(line -> line.split(" ")[0]))
        .containsExactly("SERIES", "used", "slots", "ended", "queued");
  }

  /** The last value is that of the running second, and may not be known yet. */
  private static JsonNode last(JsonNode stats) {
    JsonNode values = stats.get("values");
    JsonNode last = values.get(values.size() - 1);
    return last.isNull() ? values.get(values.size() - 2) : last;
  }

  @Test
  void shouldSayWhichHistoryThereIsNot() {
    assertThat(execute("node", "stats", "nosuch")).isEqualTo(ExitCode.REFUSED);
    assertThat(err()).startsWith("desaster: NOTFOUND there is no history of 'nosuch'");
    assertThat(execute("node", "stats", "test", "nosuch")).isNotZero();
    assertThat(err()).contains("there is no series 'nosuch'; nodes have cpu host-cpu");
    assertThat(execute("node", "stats", "test", "--from=soon")).isNotZero();
    assertThat(err()).contains("'soon' is not a time");
  }

  @Test
  void shouldSayOnOneScreenWhatIsWrongAndWhatToDo() throws IOException {
    execute("queue", "create", queue);
    execute("queue", "pause", queue, "--why=maintenance");

    assertThat(execute("status")).isZero();
    assertThat(out())
        .contains("node test (")
        .contains("leads, 1 node, each job is on one disk")
        .contains("queue " + queue + " is paused by ")
        .contains("(maintenance)")
        .contains("desaster queue resume " + queue);
    assertThat(json("status").get("wrong")).isNotEmpty();
  }

  @Test
  void shouldShowTopWithoutATerminal() {
    assertThat(execute("top", "-n", "2", "-i", "0.1")).isZero();
    assertThat(out()).contains("POOL").contains("ENDED/S");
    assertThat(execute("top", "-i", "0")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void shouldMeasureAndTidyUp() throws IOException {
    JsonNode results = json("bench", "--jobs=500", "--rate=100");

    assertThat(results.get("submit-batched-per-s").asLong()).isPositive();
    assertThat(results.get("drain-per-s").asLong()).isPositive();
    assertThat(results.get("pick-up-p50-us").asLong()).isPositive();
    execute("queue", "list");
    assertThat(out()).doesNotContain("bench-");
  }

  @Test
  void shouldCheckAndDumpTheJournalBesideTheDaemon() {
    String id = push("--", "echo dumped");
    execute("wait", id);

    assertThat(execute("journal", "check")).as(out() + err()).isZero();
    assertThat(out()).contains("the log is sound");
    assertThat(execute("journal", "dump")).isZero();
    assertThat(out()).contains("JobSubmitted").contains(id).contains("AttemptEnded");
    assertThat(execute("journal", "check", directory.resolve("none").toString()))
        .isEqualTo(ExitCode.FAILED);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void shouldApplyExportDiffAndRevertATreeFromYamlAndJson() throws IOException {
    file(
        "tree.yaml",
        """
        # operations may have everything
        kind: htb
        charge: run
        classes:
          - {id: ops, rate: 1, ceil: 100 %, prio: 0}
          - id: default
            rate: 25 %
            ceil: 100 %
            qdisc: {kind: sfq, divisor: 64}
        """);
    long before = json("tree", "show").get("version").asLong();

    assertThat(json("tree", "apply", "tree.yaml", "--dry-run").get("classes").get(0).get("name"))
        .hasToString("\"ops\"");
    assertThat(json("tree", "show").get("version").asLong()).isEqualTo(before);
    assertThat(execute("tree", "diff", "tree.yaml")).isZero();
    assertThat(out()).contains("class ops is new, at the top, rate 1, ceil 100 %");
    assertThat(execute("tree", "apply", "tree.yaml")).as(err()).isZero();
    assertThat(out()).contains("shell: version " + (before + 1), "1 slot ", "ops", "░");
    assertThat(execute("tree")).isZero();
    assertThat(out()).contains("ENTITLED", "DISCIPLINE", "default", "; used in the last ");
    assertThat(execute("tree", "--watch", "-n", "2", "-i", "0.1", "--window=10s")).isZero();
    assertThat(out().lines().filter(line -> line.startsWith("shell: version "))).hasSize(2);
    JsonNode ops = json("tree", "--flows=0").get("classes").get(0);
    assertThat(ops.get("share").get("unit").asText()).isEqualTo("slots");
    assertThat(ops.get("tokens").get("burst").asDouble()).isEqualTo(1);
    assertThat(execute("tree", "--window=11m")).isEqualTo(ExitCode.of(ErrorCode.INVALID));
    assertThat(err()).contains("the window must be 1s to 600s in whole seconds, not 660000ms");
    assertThat(execute("tree", "--interval=0")).isEqualTo(ExitCode.USAGE);

    execute("tree", "export");
    file("again.yaml", out());
    assertThat(execute("tree", "diff", "again.yaml")).as(err()).isZero();
    assertThat(out()).isEmpty();
    execute("tree", "export", "--json");
    stdin = out().replace("\"rate\":1,", "\"rate\":2,");
    assertThat(execute("tree", "apply", "-")).as(err()).isZero();
    execute("tree", "history");
    assertThat(out().lines().toList()).hasSizeGreaterThan(2);
    assertThat(out()).contains("\"rate\":2,");

    assertThat(execute("tree", "revert", "0")).isZero();
    assertThat(execute("tree", "export")).isZero();
    assertThat(out()).contains("drr").doesNotContain("ops");
    assertThat(execute("tree", "revert", "99")).isEqualTo(ExitCode.of(ErrorCode.NOTFOUND));
  }

  @Test
  void shouldSayWhatIsWrongWithATreeFile() throws IOException {
    file("twice.yaml", "kind: drr\nkind: prio\n");
    file("list.yaml", "- kind: drr\n");
    file("without.json", "{\"kind\": \"drr\", \"classes\": [{\"id\": \"a\"}]}");

    assertThat(execute("tree", "apply", "twice.yaml")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("twice.yaml is neither YAML nor JSON", "line 2");
    assertThat(execute("tree", "apply", "list.yaml")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("list.yaml must be a map");
    assertThat(execute("tree", "apply", "nowhere.yaml")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("there is no file nowhere.yaml");
    assertThat(execute("tree", "apply", "without.json")).isEqualTo(ExitCode.of(ErrorCode.INVALID));
    assertThat(err()).contains("add a class {\"id\": \"default\"}");
    assertThat(execute("tree", "apply", "without.json", "--expect", "77"))
        .isEqualTo(ExitCode.of(ErrorCode.STATE));
  }

  @Test
  void shouldTellWhoChangedWhat() throws IOException {
    push("--", "true");
    assertThat(execute("queue", "pause", queue, "--why=holiday")).isZero();
    assertThat(execute("queue", "resume", "no" + queue)).isNotZero();

    JsonNode paused = json("audit", "--verb=queue pause", "--since=1h", "--limit=1");
    assertThat(paused.get("target").asText()).isEqualTo(queue);
    assertThat(paused.get("outcome").asText()).isEqualTo("ok");
    assertThat(paused.get("who").asText()).isEqualTo(System.getProperty("user.name"));
    assertThat(execute("audit", "--limit=1", "--who=" + System.getProperty("user.name"))).isZero();
    assertThat(out())
        .contains(": QUEUE RESUME no" + queue)
        .contains(": NOTFOUND ")
        .containsOnlyOnce("\n");
    assertThat(execute("audit", "--verb=queue push")).isZero();
    assertThat(out()).isEmpty();
    assertThat(execute("audit", "--limit=0")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void shouldPreviewATree() throws IOException {
    file(
        "other.yaml",
        """
        kind: prio
        bands:
          - id: default
            max_running: 1
        """);
    execute("queue", "create", queue, "shell");
    long version = json("tree", "show").get("version").asLong();
    push("--delay", "5m", "--estimate", "1m", "--", "true");
    push("--delay", "5m", "--estimate", "7m", "--", "true");

    assertThat(execute("tree", "preview", "other.yaml")).as(err()).isZero();

    List<String> lines = out().lines().toList();
    assertThat(lines.get(0)).matches("QUEUE +TREE +STARTED +WAITING +SHARE +WAIT P50 +P90");
    String row = lines.stream().filter(line -> line.startsWith(queue)).findFirst().orElseThrow();
    assertThat(row).matches(queue + " +present +[12] +[01] +\\d+ % +.*");
    // The second one waits until the first one ends, in more than 10 minutes or after one.
    assertThat(lines.get(lines.indexOf(row) + 1)).matches(" +file +[12] +[01] +\\d+ % +0s +.*");

    JsonNode preview = json("tree", "preview", "other.yaml", "--for", "1m");
    JsonNode ofQueue = null;
    for (JsonNode one : preview.get("classes")) {
      ofQueue = one.get("queue").asText().equals(queue) ? one : ofQueue;
    }
    assertThat(ofQueue.get("before").get("started").asInt()).isZero();
    assertThat(ofQueue.get("before").get("waiting").asInt()).isZero();
    assertThat(json("tree", "show").get("version").asLong()).isEqualTo(version);
    assertThat(execute("tree", "preview", "other.yaml", "--for", "25h"))
        .isEqualTo(ExitCode.of(ErrorCode.INVALID));
    assertThat(err()).contains("at most 24 hours, not for 1d1h");
    assertThat(execute("tree", "preview", "nowhere.yaml")).isEqualTo(ExitCode.USAGE);
    execute("queue", "purge", queue);
  }
}
