/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DaemonConfigTest {
  @TempDir Path directory;
  private final Map<String, String> environment = new HashMap<>();

  private DaemonConfig load(String... arguments) {
    return DaemonConfig.load(
        List.of(arguments),
        new Surroundings(environment, directory, Path.of("/home/ann"), false, "web1"));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void shouldHaveTheDocumentedDefaults() {
    DaemonConfig config = load();

    assertThat(config.bindAddress()).isEqualTo("0.0.0.0");
    assertThat(config.broadcastAddress()).isEqualTo("255.255.255.255");
    assertThat(config.port()).isEqualTo(2691);
    assertThat(config.webPort()).isEqualTo(2692);
    assertThat(config.hasDefaultKey()).isTrue();
    assertThat(config.standalone()).isFalse();
    assertThat(config.name()).isEqualTo("web1");
    assertThat(config.maxPayloadBytes()).isEqualTo(256 * 1024);
    assertThat(config.launcher()).isEqualTo(DaemonConfig.Launcher.AUTO);
    assertThat(config.slots()).isEmpty();
    assertThat(config.logFile()).isEmpty();
  }

  @Test
  void shouldReadEveryFormOfAnOption() {
    DaemonConfig config = load("-p3000", "-sk", "secret", "--bind-address=::1", "--name", "a.b-c");

    assertThat(config.port()).isEqualTo(3000);
    assertThat(config.standalone()).isTrue();
    assertThat(config.key()).isEqualTo("secret");
    assertThat(config.bindAddress()).isEqualTo("::1");
    assertThat(config.name()).isEqualTo("a.b-c");
    assertThat(config.webPort()).isEqualTo(3001);
  }

  @Test
  void shouldPutCommandLineBeforeEnvironmentBeforeFile() throws IOException {
    environment.put(
        "DESASTER_CONFIG",
        write(
                "desaster.yaml",
                """
        port: 1001
        name: from-file
        labels: [gpu, eu]
        strict-queues: true
        """)
            .toString());
    environment.put("DESASTER_PORT", "1002");
    environment.put("DESASTER_NAME", "from-environment");

    DaemonConfig config = load("--port=1003");

    assertThat(config.port()).isEqualTo(1003);
    assertThat(config.name()).isEqualTo("from-environment");
    assertThat(config.labels()).containsExactly("gpu", "eu");
    assertThat(config.strictQueues()).isTrue();
  }

  @Test
  void shouldLetALaterArgumentReplaceAnEarlierOne() {
    assertThat(load("-p", "1", "--port=2").port()).isEqualTo(2);
    assertThat(load("--open", "--open=no").open()).isFalse();
  }

  @Test
  void shouldReadTheKeyFromAFile() throws IOException {
    write("key", "s3cret\n");

    assertThat(load("--key-file=key").key()).isEqualTo("s3cret");
  }

  @Test
  void shouldPreferTheKeyThatStandsCloser() throws IOException {
    write("key", "from-file");
    environment.put("DESASTER_KEY", "from-environment");

    assertThat(load("--key-file=key").key()).isEqualTo("from-file");
    environment.put("DESASTER_KEY_FILE", "key");
    environment.remove("DESASTER_KEY");
    assertThat(load("-k", "direct").key()).isEqualTo("direct");
  }

  @Test
  void shouldPreferTheKeyToAFileOfTheSamePlace() throws IOException {
    write("key", "from-file");

    assertThat(load("--key-file=key", "-k", "direct").key()).isEqualTo("direct");
  }

  @Test
  void shouldNotTakeTheKeyOfAJobForThatOfTheGroup() {
    environment.put("DESASTER_JOB_ID", "0199-x");
    environment.put("DESASTER_KEY", "the-jobs-own");

    assertThat(load().hasDefaultKey()).isTrue();
  }

  @Test
  void shouldNotTellTheKey() {
    assertThat(load("-k", "s3cret").toString()).doesNotContain("s3cret");
  }

  @Test
  void shouldReadSlotsByKind() {
    assertThat(load("--slots=8").slots()).isEqualTo(Map.of("shell", new SlotRange(8, 8)));
    assertThat(load("--slots=4-16").slots()).isEqualTo(Map.of("shell", new SlotRange(4, 16)));
    assertThat(load("--slots=shell=0,java=2-4").slots())
        .isEqualTo(Map.of("shell", new SlotRange(0, 0), "java", new SlotRange(2, 4)));
  }

  @Test
  void shouldKeepDataWhereTheUserMay() {
    Path home = Path.of("/home/ann");
    assertThat(dataDir(Map.of(), false)).isEqualTo(home.resolve(".local/state/desaster"));
    assertThat(dataDir(Map.of("XDG_STATE_HOME", "/s"), false)).isEqualTo(Path.of("/s/desaster"));
    assertThat(dataDir(Map.of(), true)).isEqualTo(Path.of("/var/lib/desaster"));
    assertThat(dataDir(Map.of("STATE_DIRECTORY", "/var/lib/x"), false))
        .isEqualTo(Path.of("/var/lib/x"));
    assertThat(load("--data-dir=d").dataDir()).isEqualTo(directory.resolve("d"));
  }

  private Path dataDir(Map<String, String> variables, boolean root) {
    return new Surroundings(variables, directory, Path.of("/home/ann"), root, "web1")
        .defaultDataDir();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--port=abc        | --port: must be a port number up to 65535, not abc",
        "-p 65536          | -p: must be a port number up to 65535, not 65536",
        "--port            | --port needs a value: NUMBER",
        "-p                | -p needs a value: NUMBER",
        "--prot=1          | there is no option --prot",
        "-x                | there is no option -x",
        "--max-payload=9M  | --max-payload: must be a size of up to 8M, for example 512K, not 9M",
        "--slots=many      | --slots: slots must be a number or a range such as 4-16, not 'many'",
        "--slots=8-4       | --slots: slots must be a number or a range such as 4-16, not 8-4",
        "--launcher=perl   | --launcher: must be one of auto, c, sh, not perl",
        "--open=maybe      | --open: must be true or false, not 'maybe'",
        "--labels=a!       | --labels: 'a!' is not a word of letters, digits, dots, dashes, underscores",
        "--name=           | --name: must not be empty",
        "stray             | 'stray' is not an option",
      })
  void shouldSayWhatIsWrongWithAnArgument(String arguments, String message) {
    assertThatThrownBy(() -> load(arguments.trim().split(" ")))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void shouldNameTheVariableThatIsWrong() {
    environment.put("DESASTER_PORT", "x");

    assertThatThrownBy(this::load)
        .hasMessage("DESASTER_PORT: must be a port number up to 65535, not x");
  }

  @Test
  void shouldNameTheFileAndKeyThatAreWrong() throws IOException {
    Path file = write("c.yaml", "prt: 3000\n");
    assertThatThrownBy(() -> load("--config=c.yaml"))
        .hasMessageStartingWith(file + ": there is no option 'prt'; options: bind-address ");

    write("c.yaml", "port: [1\n");
    assertThatThrownBy(() -> load("--config=c.yaml"))
        .hasMessageStartingWith(file + ": is not YAML");

    assertThatThrownBy(() -> load("--config=none.yaml"))
        .hasMessage(
            "cannot read the configuration file "
                + directory.resolve("none.yaml")
                + ": there is no such file");
  }

  @Test
  void shouldTakeAnEmptyFile() throws IOException {
    write("c.yaml", "# nothing\n");

    assertThat(load("--config=c.yaml").port()).isEqualTo(2691);
  }
}
