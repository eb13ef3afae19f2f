/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.desaster.client.DesasterClient;
import io.desaster.daemon.DaemonExit;
import io.desaster.daemon.system.Program.Result;
import io.desaster.daemon.system.Program.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program as people use it. */
@Timeout(600)
final class DaemonIT {
  @TempDir Path directory;
  private Program program;

  @BeforeEach
  void setUp() throws IOException {
    program = Program.in(directory);
  }

  @AfterEach
  void tearDown() {
    program.close();
  }

  private void awaitFile(Path file, String content) {
    await()
        .atMost(Duration.ofSeconds(120))
        .until(() -> Files.exists(file) && Files.readString(file).contains(content));
  }

  @Test
  void shouldStartADaemonOnDemandThatStays() throws Exception {
    Result first = program.execute("run", "--", "echo out; echo err >&2; exit 3");

    assertThat(first.out()).isEqualTo("out\n");
    assertThat(first.err()).isEqualTo("err\n");
    assertThat(first.exitCode()).isEqualTo(3);
    long pid = program.daemonPid();
    assertThat(pid).isPositive();
    assertThat(program.execute("run", "--", "pwd").out()).isEqualTo(program.work() + "\n");
    assertThat(program.daemonPid()).isEqualTo(pid);
    assertThat(Files.readString(program.dataDir().resolve("daemon.log"))).contains("is ready");
    // In a session of its own it gets no signal from the terminal it was started from.
    List<String> stat =
        List.of(
            Files.readString(Path.of("/proc/" + pid + "/stat"))
                .replaceAll(".*\\) ", "")
                .split(" "));
    assertThat(stat.get(3)).isEqualTo(Long.toString(pid));
  }

  @Test
  void shouldStartOneDaemonForManyAtOnce() throws Exception {
    List<Running> runs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      runs.add(program.begin("run" + i, "run", "--", "echo $PPID; exit " + i));
    }

    Set<String> launchers = new HashSet<>();
    for (int i = 0; i < runs.size(); i++) {
      Result result = runs.get(i).await();
      assertThat(result.err()).isEmpty();
      assertThat(result.exitCode()).isEqualTo(i);
      launchers.add(result.out());
    }
    assertThat(launchers).hasSize(1);
    assertThat(Files.readString(program.dataDir().resolve("daemon.log")))
        .containsOnlyOnce("is ready")
        .doesNotContain("cannot");
  }

  @Test
  void shouldGoOnWaitingWhileTheDaemonIsKilledAndStartedAgain() throws Exception {
    Running daemon = program.startDaemon();
    Running run =
        program.begin("run", "run", "--", "echo begun; echo x >>count; sleep 4; echo done; exit 7");
    awaitFile(run.out(), "begun");

    daemon.kill();
    awaitFile(run.err(), "does not answer");
    program.startDaemon();

    Result result = run.await();
    assertThat(result.exitCode()).isEqualTo(7);
    assertThat(result.out()).isEqualTo("begun\ndone\n");
    assertThat(result.err()).contains("waiting for it to come back").contains("the daemon is back");
    assertThat(Files.readString(program.work().resolve("count"))).isEqualTo("x\n");
  }

  @Test
  void shouldStartADaemonAgainThatWasStartedOnDemandAndKilled() throws Exception {
    program.execute("run", "--", "true");
    Running run =
        program.begin("run", "run", "--", "echo begun; echo x >>count; sleep 4; echo done; exit 7");
    awaitFile(run.out(), "begun");
    long first = program.daemonPid();

    ProcessHandle.of(first).orElseThrow().destroyForcibly();

    Result result = run.await();
    assertThat(result.exitCode()).isEqualTo(7);
    assertThat(result.out()).isEqualTo("begun\ndone\n");
    assertThat(result.err()).contains("the daemon died; starting it again").contains("is back");
    assertThat(Files.readString(program.work().resolve("count"))).isEqualTo("x\n");
    assertThat(program.daemonPid()).isPositive().isNotEqualTo(first);
  }

  @Test
  void shouldLeaveTheJobToADaemonThatDoesNotComeBack() throws Exception {
    program.execute("run", "--", "true");
    ProcessHandle onDemand = ProcessHandle.of(program.daemonPid()).orElseThrow();
    onDemand.destroy();
    onDemand.onExit().get(60, TimeUnit.SECONDS);
    Running daemon = program.startDaemon();
    Running run =
        program.begin(
            "run", "run", "--id=j1", "--reconnect-timeout=1s", "--", "echo begun; sleep 4");
    awaitFile(run.out(), "begun");

    daemon.kill();

    Result result = run.await();
    assertThat(result.exitCode()).isEqualTo(119);
    // It was started by hand, and may have been told what nobody here knows.
    assertThat(result.err())
        .contains("did not come back within 1s (--reconnect-timeout)")
        .contains("what runs goes on; when the daemon runs again: desaster wait ")
        .doesNotContain("starting it again");
    assertThat(program.daemonPid()).isEqualTo(-1);
    program.startDaemon();
    String id = result.err().replaceAll("(?s).*desaster wait ([^, ]+),.*", "$1");
    assertThat(program.execute("wait", id).exitCode()).isZero();
  }

  @Test
  void shouldNotStartADaemonAgainThatWasStopped() throws Exception {
    program.execute("run", "--", "true");
    Running run =
        program.begin("run", "run", "--reconnect-timeout=1s", "--", "echo begun; sleep 60");
    awaitFile(run.out(), "begun");
    ProcessHandle daemon = ProcessHandle.of(program.daemonPid()).orElseThrow();

    daemon.destroy();

    assertThat(run.await().exitCode()).isEqualTo(119);
    assertThat(daemon.isAlive()).isFalse();
    assertThat(program.daemonPid()).isEqualTo(-1);
  }

  @Test
  void shouldSayWhoChangedWhat() throws Exception {
    program.startDaemon();
    program.execute("push", "-q", "mail", "--", "echo secret");
    assertThat(program.execute("queue", "pause", "mail", "--why=holiday").exitCode()).isZero();

    Result audit = program.execute("audit", "--since=1h", "--verb=queue");

    String user = System.getProperty("user.name");
    assertThat(audit.out().lines().toList())
        .singleElement()
        .asString()
        .contains(" " + user + " (cli-")
        .contains(") from 127.0.0.1:")
        .contains(": QUEUE PAUSE mail WHY holiday");
    assertThat(Files.readString(program.dataDir().resolve("audit/audit.log")))
        .contains("\"who\":\"" + user + "\"")
        .doesNotContain("secret");
  }

  @Test
  void shouldStopInOrderAndLeaveItsJobsRunning() throws Exception {
    Running daemon = program.startDaemon();
    Running run = program.begin("run", "run", "--", "echo begun; sleep 3; echo done; exit 5");
    awaitFile(run.out(), "begun");

    daemon.signal("TERM");

    Result stopped = daemon.await();
    assertThat(stopped.exitCode()).isEqualTo(DaemonExit.STOPPED);
    assertThat(stopped.err()).contains("stopping; running shell jobs go on").contains("stopped");
    assertThat(program.daemonPid()).isEqualTo(-1);
    program.startDaemon();
    assertThat(run.await().exitCode()).isEqualTo(5);
  }

  @Test
  void shouldCancelTheJobOnInterrupt() throws Exception {
    program.startDaemon();
    Running run = program.begin("run", "run", "--grace=1s", "--", "echo begun; exec sleep 60");
    awaitFile(run.out(), "begun");

    run.signal("INT");

    Result result = run.await();
    assertThat(result.exitCode()).isEqualTo(130);
    assertThat(result.err()).contains("cancelling job").contains("cancelled");
  }

  @Test
  void shouldSayWhoHoldsTheDirectoryOrThePort() throws Exception {
    Running daemon = program.startDaemon();

    Result same = program.begin("second").await();
    assertThat(same.exitCode()).isEqualTo(DaemonExit.TAKEN);
    assertThat(same.err())
        .contains("is in use by the desaster daemon with pid " + daemon.pid())
        .contains("port " + program.port());

    Result otherDirectory =
        program.begin("third", "--data-dir=" + directory.resolve("other")).await();
    assertThat(otherDirectory.exitCode()).isEqualTo(DaemonExit.TAKEN);
    assertThat(otherDirectory.err())
        .contains("port " + program.port() + ", which is held by pid " + daemon.pid() + " (java)");
  }

  @Test
  void shouldPrintItsHelpAndRefuseWhatItDoesNotKnow() throws Exception {
    assertThat(program.execute("-?").out()).startsWith("usage: desaster [-a BIND_ADDR] ");
    assertThat(program.execute("--version").out()).contains("NO WARRANTY");
    Result wrong = program.execute("--prot=1");
    assertThat(wrong.exitCode()).isEqualTo(DaemonExit.USAGE);
    assertThat(wrong.err()).startsWith("desaster: there is no option --prot\nusage: desaster ");
  }

  @Test
  void shouldKeepTheKeyOutOfProcessListAndLog() throws Exception {
    Path key = Files.writeString(directory.resolve("key"), "s3cret-key\n");

    Result result = program.execute("run", "--key-file=" + key, "--", "env; exit 2");

    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.out()).contains("DESASTER_JOB_ID=").doesNotContain("s3cret-key");
    assertThat(Files.readString(Path.of("/proc/" + program.daemonPid() + "/cmdline")))
        .doesNotContain("s3cret-key");
    assertThat(Files.readString(program.dataDir().resolve("daemon.log")))
        .contains("is ready")
        .doesNotContain("s3cret-key")
        .doesNotContain("default one");
    assertThat(program.execute("status", "--group-key=wrong").exitCode()).isEqualTo(123);
  }

  @Test
  void shouldKeepItsOwnVariablesFromJobsThatMaySubmitMore() throws Exception {
    program.set("DESASTER_KEY", "s3cret-key");
    program.set("DESASTER_AUDIT", "all");
    program.startDaemon();
    String desaster = Path.of("target/desaster/bin/desaster").toAbsolutePath().toString();

    Result result =
        program.execute(
            "run",
            "--key=tenant-7",
            "--",
            "echo key=$DESASTER_KEY; tr '\\0' '\\n' </proc/$$/environ; tr '\\0' '\\n' </proc/$PPID/environ;"
                + desaster
                + " push --queue=more -- 'exit 4' && "
                + desaster
                + " job list queue=more --json");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("key=tenant-7\n", "DESASTER_QUEUE=", "\"queue\":\"more\"")
        .contains("DESASTER_PORT=" + program.port(), "DESASTER_DATA_DIR=" + program.dataDir())
        .doesNotContain("DESASTER_AUDIT=")
        .doesNotContain("s3cret-key");
  }

  @Test
  void shouldAnswerClientsOnceItIsReady() throws Exception {
    program.startDaemon();

    try (DesasterClient client = program.connect()) {
      assertThat(client.info().toCompletableFuture().get()).isNotEmpty();
    }
  }

  @Test
  void shouldStartWithoutItsClassDataArchiveAndWithAWrongOne() throws Exception {
    Path wrong = Files.writeString(directory.resolve("wrong.jsa"), "not an archive");

    for (Path archive : List.of(directory.resolve("none.jsa"), wrong)) {
      program.set("DESASTER_JAVA_OPTS", "-XX:SharedArchiveFile=" + archive);
      Result result = program.execute("version");
      assertThat(result.out()).startsWith("desaster ");
      assertThat(result.err()).isEmpty();
      assertThat(result.exitCode()).isZero();
    }
  }
}
