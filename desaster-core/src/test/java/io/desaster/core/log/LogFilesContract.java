/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What every {@link LogFiles} must do, the real one and the simulated one. */
abstract class LogFilesContract {

  /** An empty directory, always the same within a test. */
  abstract LogFiles files() throws IOException;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String read(LogFile file, long position, int length) throws IOException {
    byte[] target = new byte[length + 2];
    int count = file.read(position, target, 1, length);
    return new String(target, 1, count, StandardCharsets.US_ASCII);
  }

  @Test
  void shouldReadBackWhatWasWrittenAndLessOnlyAtTheEnd() throws IOException {
    LogFiles files = files();
    try (LogFile file = files.create("a")) {
      file.write(0, bytes("xhello worldx"), 1, 11);
      file.force();
      assertThat(read(file, 0, 5)).isEqualTo("hello");
      assertThat(read(file, 6, 100)).isEqualTo("world");
      assertThat(read(file, 11, 4)).isEmpty();
      assertThat(read(file, 500, 4)).isEmpty();
      assertThat(file.size()).isEqualTo(11);
    }
    try (LogFile file = files.open("a")) {
      file.write(6, bytes("there"), 0, 5);
    }
    try (LogFile file = files.openToRead("a")) {
      assertThat(read(file, 0, 11)).isEqualTo("hello there");
    }
  }

  @Test
  void shouldFillAGapWithZerosAndCut() throws IOException {
    LogFiles files = files();
    try (LogFile file = files.create("a")) {
      file.write(0, bytes("abcdef"), 0, 6);
      file.truncate(2);
      assertThat(file.size()).isEqualTo(2);
      file.write(4, bytes("z"), 0, 1);
      file.force();
      assertThat(read(file, 0, 10)).isEqualTo("ab\0\0z");
    }
  }

  @Test
  void shouldRefuseToCreateWhatExistsAndToOpenWhatDoesNot() throws IOException {
    LogFiles files = files();
    files.create("a").close();
    assertThatThrownBy(() -> files.create("a")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> files.open("b")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> files.openToRead("b")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> files.rename("b", "c")).isInstanceOf(IOException.class);
  }

  @Test
  void shouldRenameOverAndDelete() throws IOException {
    LogFiles files = files();
    for (String name : new String[] {"a", "b"}) {
      try (LogFile file = files.create(name)) {
        file.write(0, bytes(name), 0, 1);
      }
    }
    files.rename("a", "b");
    files.sync();
    assertThat(files.list()).containsExactly("b");
    try (LogFile file = files.openToRead("b")) {
      assertThat(read(file, 0, 5)).isEqualTo("a");
    }
    files.delete("b");
    files.delete("never there");
    assertThat(files.list()).isEmpty();
  }

  @Test
  void shouldGoOnWithAnOpenFileThatIsRenamed() throws IOException {
    LogFiles files = files();
    try (LogFile file = files.create("a")) {
      files.rename("a", "b");
      file.write(0, bytes("x"), 0, 1);
      file.force();
    }
    try (LogFile file = files.openToRead("b")) {
      assertThat(read(file, 0, 5)).isEqualTo("x");
    }
  }

  @Test
  void shouldBeTakenByOneAtATime() throws IOException {
    LogFiles files = files();
    files.lock();
    files.close();
    files.lock();
    files.close();
  }

  @Test
  void shouldSayHowMuchIsFreeAndNameItsFiles() throws IOException {
    assertThat(files().freeBytes()).isPositive();
    assertThat(files().path("a")).startsWith("/").endsWith("/a");
  }
}
