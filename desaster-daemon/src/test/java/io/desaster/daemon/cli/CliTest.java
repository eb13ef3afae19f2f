/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.daemon.Surroundings;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line does without a daemon. */
final class CliTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int execute(String... arguments) {
    return cli().execute(List.of(arguments), arguments[0]);
  }

  private Cli cli() {
    Printer printer =
        new Printer(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new Terminal(false, false));
    Opener nobody =
        address -> {
          throw new CliException(ExitCode.UNREACHABLE, "no daemon answers at " + address);
        };
    Surroundings surroundings =
        new Surroundings(Map.of(), Path.of("/tmp"), Path.of("/home/ann"), false, "web1");
    return new Cli(
        new Outside(
            nobody,
            new NoStarter(),
            interrupt -> {},
            surroundings,
            printer,
            InputStream.nullInputStream()));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldSayInWordsThatANumberIsNone() {
    assertThat(execute("tree", "revert", "x")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("'x' is not a number");
  }

  @Test
  void shouldSuggestAVerbThatExists() {
    assertThat(execute("sttus")).isEqualTo(ExitCode.USAGE);
    assertThat(err())
        .contains("there is no verb 'sttus'")
        .contains("desaster status")
        .contains("desaster help lists all");
  }

  @Test
  void shouldNameTheSubcommandsIfOneIsUnknown() {
    assertThat(execute("cooldown", "lst", "x")).isEqualTo(ExitCode.USAGE);
    assertThat(err())
        .startsWith("desaster: there is no 'cooldown lst'; cooldown has clear, list\n");
    assertThat(execute("cooldown", "--bogus")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("Unknown option: '--bogus'");
  }

  @Test
  void shouldSaySoIfAVerbLacksItsArguments() {
    assertThat(execute("run")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("Missing required parameter").contains("desaster run --help");
    assertThat(execute("queue")).isEqualTo(ExitCode.USAGE);
    assertThat(execute("queue", "create", "q", "max-running")).isEqualTo(ExitCode.USAGE);
    assertThat(err())
        .contains(
            "'max-running' is not a setting; write for example max-running=4 (a kind is given with"
                + " --kind)");
  }

  @Test
  void shouldTellAnUnreachableDaemonByItsExitCode() {
    assertThat(execute("status", "-p", "3000")).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(err()).isEqualTo("desaster: no daemon answers at 127.0.0.1:3000\n");
  }

  @Test
  void shouldNotTakeAWrongPortOrOption() {
    assertThat(execute("status", "--port=x")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("--port: must be a port number up to 65535, not x");
    assertThat(execute("push", "--delay=soon", "true")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("delay");
  }

  @Test
  void shouldDescribeEveryVerbInHelpManPageAndCompletion() {
    assertThat(execute("help")).isZero();
    String help = out();
    execute("man-page");
    String manPage = out();
    execute("completion");
    String completion = out();

    for (String verb :
        List.of(
            "run",
            "push",
            "wait",
            "logs",
            "status",
            "top",
            "job",
            "queue",
            "pool",
            "node",
            "operation",
            "cooldown",
            "journal",
            "bench",
            "completion",
            "version")) {
      assertThat(help).contains("\n  " + verb + " ");
      assertThat(manPage).contains("desaster " + verb);
      assertThat(completion).contains(" " + verb);
    }
    for (ExitCodeText text : ExitCodeText.all()) {
      assertThat(help).contains(text.code() + " ").contains(text.text());
    }
  }

  private record ExitCodeText(String code, String text) {
    static List<ExitCodeText> all() {
      return ExitCode.texts().entrySet().stream()
          .map(entry -> new ExitCodeText(entry.getKey(), entry.getValue()))
          .toList();
    }
  }

  @Test
  void shouldPrintTheVersionAsJson() {
    assertThat(execute("version", "--json")).isZero();
    assertThat(out()).matches("\\{\"version\":\"\\d.*\"}\n");
  }

  @ParameterizedTest
  @CsvSource({"1,55", "60,60", "2147483647,100"})
  void shouldBreakHelpBetweenWords(int columns, int width) {
    int least = Cli.helpWidth(columns);

    assertThat(least).isEqualTo(width);
    for (List<String> verb : List.of(List.of("run", "--help"), List.of("help", "queue", "pause"))) {
      out.reset();
      assertThat(cli().execute(verb, verb.get(0), least)).isZero();
      assertThat(out().lines()).isNotEmpty().allMatch(line -> line.length() <= least);
    }
  }

  @Test
  void shouldWriteAManPageThatGroffTakesWithoutAWarning() throws Exception {
    execute("man-page");
    Process groff =
        new ProcessBuilder("groff", "-man", "-ww", "-Tutf8", "-z")
            .redirectErrorStream(true)
            .start();
    groff.getOutputStream().write(out.toByteArray());
    groff.getOutputStream().close();

    assertThat(new String(groff.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
    assertThat(groff.waitFor()).isZero();
  }

  @Test
  void shouldWriteACompletionScriptThatBashTakes() throws Exception {
    execute("completion");
    Process bash = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
    bash.getOutputStream().write(out.toByteArray());
    bash.getOutputStream().close();

    assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
    assertThat(bash.waitFor()).isZero();
  }
}
