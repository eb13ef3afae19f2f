/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RespParserTest {
  private final RespParser parser = new RespParser(1_000_000, 1_000);

  private void feed(String bytes) {
    parser.feed(Buffer.buffer(bytes.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private List<List<String>> commands() throws MalformedException {
    List<List<String>> commands = new ArrayList<>();
    while (parser.next()) {
      commands.add(words());
    }
    return commands;
  }

  private List<String> words() {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < parser.args().count(); i++) {
      words.add(new String(parser.args().bytes(i), StandardCharsets.ISO_8859_1));
    }
    return words;
  }

  @Test
  void shouldCutCommandsWhereverTheyAreTorn() throws MalformedException {
    // given
    String stream =
        "*2\r\n$4\r\nECHO\r\n$3\r\na\r\n\r\nPING\r\n*0\r\n\r\nset \"a b\" 'c\\'d' \"\\x41\\n\"\r\n"
            + "*3\r\n$0\r\n\r\n$1\r\nx\r\n$12\r\n012345678901\r\n";
    List<List<String>> expected =
        List.of(
            List.of("ECHO", "a\r\n"),
            List.of("PING"),
            List.of("set", "a b", "c'd", "A\n"),
            List.of("", "x", "012345678901"));
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      // when
      List<List<String>> cut = new ArrayList<>();
      int at = 0;
      while (at < stream.length()) {
        int to = Math.min(stream.length(), at + 1 + random.nextInt(round % 30 + 1));
        feed(stream.substring(at, to));
        cut.addAll(commands());
        at = to;
      }
      // then
      assertThat(cut).isEqualTo(expected);
      assertThat(parser.bufferedBytes()).isZero();
      assertThat(parser.incomplete()).isFalse();
    }
  }

  @Test
  void shouldFindAHeldCommandAgainAfterMoreCame() throws MalformedException {
    feed("*2\r\n$4\r\nECHO\r\n$1\r\na\r\n*2\r\n$4\r\nECHO\r\n$1");
    assertThat(parser.next()).isTrue();
    parser.hold();
    assertThat(parser.incomplete()).isFalse();
    feed("\r\nb\r\n");
    feed("x".repeat(100) + "\r\n");
    assertThat(commands())
        .isEqualTo(List.of(List.of("ECHO", "a"), List.of("ECHO", "b"), List.of("x".repeat(100))));
  }

  @Test
  void shouldNotTakeRoomForWhatIsOnlyPromised() throws MalformedException {
    feed("*2\r\n$4\r\nECHO\r\n$1000000\r\nabc");
    assertThat(parser.next()).isFalse();
    assertThat(parser.incomplete()).isTrue();
    feed("def");
    assertThat(parser.next()).isFalse();
    assertThat(parser.bufferedBytes()).isLessThan(1_000);
  }

  @Test
  void shouldReadALargeWordThatComesInPieces() throws MalformedException {
    String word = "0123456789".repeat(90_000);
    feed("*2\r\n$4\r\nECHO\r\n$" + word.length() + "\r\n");
    for (int at = 0; at < word.length(); at += 10_000) {
      assertThat(parser.next()).isFalse();
      feed(word.substring(at, at + 10_000));
    }
    feed("\r\n");
    assertThat(commands()).isEqualTo(List.of(List.of("ECHO", word)));
    assertThat(parser.bufferedBytes()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "*1001\\r\\n; invalid multibulk length",
        "*\\r\\n; invalid multibulk length",
        "*-\\r\\n; invalid multibulk length",
        "*1a\\r\\n; invalid multibulk length",
        "*1\\r\\n$1000001\\r\\n; invalid bulk length",
        "*1\\r\\n$-1\\r\\n; invalid bulk length",
        "*1\\r\\n+OK\\r\\n; expected '$', got '+'",
        "*1\\r\\n\\0\\r\\n; expected '$', got '?'",
        "a 'b\\r\\n; unbalanced quotes in request",
        "a \"b\"c\\r\\n; unbalanced quotes in request",
      })
  void shouldRefuseWhatIsNoResp(String bytes, String message) {
    feed(bytes.replace("\\r\\n", "\r\n").replace("\\0", "\0"));
    assertThatThrownBy(parser::next)
        .isInstanceOf(MalformedException.class)
        .hasMessage("Protocol error: " + message);
  }

  @ParameterizedTest
  @CsvSource({"'x',too big inline request", "'*1',too big mbulk count string"})
  void shouldRefuseALineWithoutEnd(String begin, String message) {
    feed(begin + "1".repeat(RespParser.LINE_MAX + 2));
    assertThatThrownBy(parser::next)
        .isInstanceOf(MalformedException.class)
        .hasMessage("Protocol error: " + message);
  }

  @Test
  void shouldRefuseACommandThatIsTooLongInAll() throws MalformedException {
    RespParser small = new RespParser(9_000_000, 1_000);
    byte[] word =
        ("$8000000\r\n" + "x".repeat(8_000_000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    small.feed(Buffer.buffer("*3\r\n"));
    small.feed(Buffer.buffer(word));
    small.feed(Buffer.buffer(word));
    small.feed(Buffer.buffer("$8000000\r\n"));
    assertThatThrownBy(small::next).hasMessage("Protocol error: command too long");
  }

  @Test
  void shouldReadOnlyShortCommandsFromStrangers() {
    parser.strict(true);
    feed("*11\r\n");
    assertThatThrownBy(parser::next).hasMessageContaining("unauthenticated multibulk length");
  }

  @Test
  void shouldCompareWordsInEitherCase() throws MalformedException {
    feed("QuEuE täxt\r\n");
    assertThat(parser.next()).isTrue();
    Args args = parser.args();
    assertThat(args.is(0, "QUEUE")).isTrue();
    assertThat(args.is(0, "QUEUES")).isFalse();
    assertThat(args.is(0, "QUEUF")).isFalse();
    assertThat(args.hash(0)).isEqualTo("QUEUE".hashCode());
    assertThat(args.printable(1)).isEqualTo("t?xt");
    assertThatThrownBy(() -> args.text(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("argument 1 is not UTF-8: 't?xt'");
  }
}
