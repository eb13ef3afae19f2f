/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.wire.PushOptions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class PushOptionsMixinTest {
  private final PushOptionsMixin options = new PushOptionsMixin();

  private void parse(String... arguments) {
    new CommandLine(options).parseArgs(arguments);
  }

  private String payload(String fallback, String stdin, String... command) {
    byte[] payload =
        options.shellPayload(
            List.of(command),
            Map.of("HOME", "/home/ann", "LANG", "C"),
            fallback,
            stdin == null ? null : stdin.getBytes(StandardCharsets.ISO_8859_1));
    return new String(payload, StandardCharsets.UTF_8);
  }

  @Test
  void shouldHaveEveryOptionOfAPush() {
    TreeSet<String> names = new TreeSet<>();
    new CommandLine(options)
        .getCommandSpec()
        .options()
        .forEach(option -> names.add(option.longestName().substring(2)));

    for (String option : PushOptions.names().split(" ")) {
      if (!option.equals("reply")) {
        assertThat(names).contains(option);
      }
    }
  }

  @Test
  void shouldCodeStdinThatIsNoText() {
    assertThat(payload("", "ab\n", "cat")).isEqualTo("{\"command\":\"cat\",\"stdin\":\"ab\\n\"}");
    assertThat(payload("", "\0\u00FF\n", "cat"))
        .isEqualTo("{\"command\":\"cat\",\"stdin\":{\"base64\":\"AP8K\"}}");
  }

  @Test
  void shouldMakeASpecOfAllOptions() {
    parse(
        "-q",
        "mail",
        "--id=a",
        "--key=k",
        "--flow=f",
        "--priority=1",
        "--cost=2",
        "--delay=5m",
        "--timeout=90s",
        "--retry=3",
        "--never-on=1,2",
        "--after=x,y",
        "--on-lost=wait",
        "--tags=t,u",
        "--memory=512M",
        "--nice=5");

    JobSpec spec = options.spec(new byte[] {'x'});

    assertThat(spec.queue()).isEqualTo("mail");
    assertThat(spec.id()).isEqualTo(JobId.parse("a"));
    assertThat(spec.options().delayMillis()).isEqualTo(300_000);
    assertThat(spec.options().timeoutMillis()).isEqualTo(90_000);
    assertThat(spec.options().retry().maxAttempts()).isEqualTo(3);
    assertThat(spec.options().retry().neverOn()).containsExactly(1, 2);
    assertThat(spec.options().after()).containsExactly(JobId.parse("x"), JobId.parse("y"));
    assertThat(spec.options().limits().memoryBytes()).isEqualTo(512L << 20);
    assertThat(options.hasRetry()).isTrue();
  }

  @Test
  void shouldSendASingleWordAsItIs() {
    assertThat(payload("", null, "echo \"hello\" | wc")).isEqualTo("echo \"hello\" | wc");
  }

  @Test
  void shouldSendSeveralWordsAsAProgramWithArguments() {
    assertThat(payload("", null, "echo", "a b", "ü\n"))
        .isEqualTo("{\"command\":[\"echo\",\"a b\",\"ü\\n\"]}");
  }

  @Test
  void shouldSendWhereAndHowToRun() {
    parse("-e", "HOME", "-e", "A=b=c", "-e", "NONE", "--user=ann");

    assertThat(payload("/srv", "in\n", "true"))
        .isEqualTo(
            "{\"command\":\"true\",\"cwd\":\"/srv\",\"env\":{\"HOME\":\"/home/ann\",\"A\":\"b=c\"},"
                + "\"user\":\"ann\",\"stdin\":\"in\\n\"}");
  }

  @Test
  void shouldPreferTheDirectoryThatWasGiven() {
    parse("--cwd=/tmp");

    assertThat(payload("/srv", null, "true")).contains("\"cwd\":\"/tmp\"");
    assertThat(Arrays.asList(options.kind())).containsExactly("shell");
  }
}
