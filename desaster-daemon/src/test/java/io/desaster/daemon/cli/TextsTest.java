/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class TextsTest {
  @Test
  void shouldWriteAgesInTheirLargestUnit() {
    assertThat(Texts.age(0)).isEqualTo("-");
    assertThat(Texts.age(999)).isEqualTo("999ms");
    assertThat(Texts.age(59_999)).isEqualTo("59s");
    assertThat(Texts.age(7_200_000)).isEqualTo("2h");
    assertThat(Texts.age(200_000_000)).isEqualTo("2d");
  }

  @Test
  void shouldWriteBytesForPeople() {
    assertThat(Texts.bytes(1023)).isEqualTo("1023 B");
    assertThat(Texts.bytes(1536)).isEqualTo("1.5 KiB");
    assertThat(Texts.bytes(3L << 30)).isEqualTo("3.0 GiB");
  }

  @Test
  void shouldLetNoPayloadMoveTheCursor() {
    byte[] payload = "a\033[2Jb\nc\rü".getBytes(StandardCharsets.UTF_8);

    assertThat(Texts.oneLine(payload)).isEqualTo("a.[2Jb.c.ü");
    assertThat(Texts.oneLine(new byte[] {'a', (byte) 0xFF})).isEqualTo("a.");
  }

  @Test
  void shouldAlignColumnsWithNumbersToTheRight() {
    Table table = new Table("NAME", "COUNT").row("a", 1).row("longer", 100);

    assertThat(table.lines(80)).containsExactly("NAME    COUNT", "a           1", "longer    100");
  }

  @Test
  void shouldCutLinesThatAreTooWide() {
    assertThat(new Table("ABOUT").row("abcdefghij").lines(6)).containsExactly("ABOUT", "abcde…");
  }

  @Test
  void shouldShowATableWithoutRows() {
    assertThat(new Table("A", "B").lines(80)).containsExactly("A  B");
  }

  @Test
  void shouldDrawProgress() {
    assertThat(ProgressLine.bar(50, "3 of 6")).isEqualTo("[############------------] 50% 3 of 6");
  }
}
