/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.desaster.workers.process.ProcessSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellPayloadTest {

  private static ProcessSpec parse(String payload) {
    return ShellPayload.parse(payload.getBytes(UTF_8)).process();
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo hello", "[ -e /x ]", "{ a; b; }", "{a,b}", "\"x\"", "12"})
  void shouldTakeTextThatIsNoObjectAsCommand(String command) {
    assertThat(parse(command).argv()).containsExactly("/bin/sh", "-c", command);
  }

  @Test
  void shouldReadAllFields() {
    ProcessSpec process =
        parse(
            """
            {"command": ["a", "b c", ""], "env": {"A": "1"}, "cwd": "/tmp",
             "stdin": "text", "user": "www", "umask": "0027"}
            """);

    assertThat(process.argv()).containsExactly("a", "b c", "");
    assertThat(process.env()).containsEntry("A", "1").hasSize(1);
    assertThat(process.cwd()).isEqualTo("/tmp");
    assertThat(process.stdin()).isEqualTo("text".getBytes(UTF_8));
    assertThat(process.user()).isEqualTo("www");
    assertThat(process.umask()).isEqualTo(027);
  }

  @Test
  void shouldTakeAnyBytesAsStdin() {
    assertThat(parse("{\"command\": \"a\", \"stdin\": {\"base64\": \"AP8K\"}}").stdin())
        .isEqualTo(new byte[] {0, -1, 10});
  }

  @Test
  void shouldGiveTextCommandToShell() {
    assertThat(parse("{\"command\": \"a | b\"}").argv()).containsExactly("/bin/sh", "-c", "a | b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "'' ~ a shell job needs a command, and its payload is empty",
        "{} ~ a shell job needs a \"command\", and none is given",
        "{\"command\": 5} ~ \"command\" must be a text for /bin/sh -c or a list of program and"
            + " arguments, not 5",
        "{\"command\": []} ~ \"command\" must be a text for /bin/sh -c or a list of program and"
            + " arguments, not []",
        "{\"command\": [\"a\", 1]} ~ \"command\" must hold text only, not 1",
        "{\"command\": [\"\"]} ~ a process needs a program to run, and none is given",
        "{\"command\": \"a\\u0000b\"} ~ an argument holds a NUL character, which no process can be"
            + " given",
        "{\"command\": \"a\", \"cmd\": 1} ~ a shell job knows command, env, cwd, stdin, user and"
            + " umask, not 'cmd'",
        "{\"command\": \"a\", \"stdin\": {\"hex\": \"00\"}} ~ \"stdin\" must be a text or"
            + " {\"base64\": \"...\"}, not {\"hex\":\"00\"}",
        "{\"command\": \"a\", \"stdin\": {\"base64\": \"AB%=\"}} ~ \"base64\" in \"stdin\" cannot be"
            + " decoded: Illegal base64 character 25",
        "{\"command\": \"a\", \"env\": []} ~ \"env\" must be an object of names and texts, not []",
        "{\"command\": \"a\", \"env\": {\"A=B\": \"\"}} ~ the name of an environment variable must"
            + " not be empty or hold '=': 'A=B'",
        "{\"command\": \"a\", \"cwd\": \"x\"} ~ \"cwd\" must begin with '/', not be 'x'",
        "{\"command\": \"a\", \"umask\": \"9\"} ~ \"umask\" must be octal digits as \"022\", not"
            + " \"9\"",
        "{\"command\": \"a\", \"umask\": \"7777\"} ~ umask must be 0 to 777, octal, not 7777",
      })
  void shouldSayWhatIsWrong(String payload, String message) {
    assertThatIllegalArgumentException().isThrownBy(() -> parse(payload)).withMessage(message);
  }

  @Test
  void shouldRefuseBrokenObject() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("{\"command\": \"a\""))
        .withMessageStartingWith(
            "the payload of a shell job begins like a JSON object but is none: ");
  }

  @Test
  void shouldRefuseBytesThatAreNoText() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShellPayload.parse(new byte[] {(byte) 0xC3, 0x28}))
        .withMessage("the payload of a shell job must be UTF-8");
  }
}
