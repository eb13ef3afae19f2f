/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageFileTest {
  private static final int BYTES = 10_000;

  @TempDir Path directory;

  private ByteBuffer content() {
    ByteBuffer content = ByteBuffer.allocate(BYTES);
    for (int i = 0; i < BYTES; i++) {
      content.put(i, (byte) i);
    }
    return content;
  }

  @Test
  void shouldWriteOnlyThePagesThatChanged() throws IOException {
    Path path = directory.resolve("new/a.rrd");
    PageFile file = new PageFile(path);
    ByteBuffer content = content();
    file.write(content);
    assertThat(path).hasBinaryContent(content.array());
    // What somebody else changes meanwhile shows what is written over.
    Files.write(path, new byte[BYTES]);

    content.put(9_999, (byte) 77);
    file.write(content);

    byte[] found = Files.readAllBytes(path);
    assertThat(found).hasSize(BYTES);
    assertThat(found[9_999]).isEqualTo((byte) 77);
    assertThat(found[8_193]).isEqualTo(content.get(8_193)).isNotZero();
    assertThat(found).startsWith(new byte[8_192]);
    assertThat(path.getParent())
        .isDirectoryContaining("glob:**a.rrd")
        .isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void shouldGoOnFromWhatItRead() throws IOException {
    Path path = directory.resolve("a.rrd");
    new PageFile(path).write(content());
    PageFile file = new PageFile(path);
    ByteBuffer content = file.read(BYTES);
    assertThat(content).isEqualTo(content());
    Files.write(path, new byte[BYTES]);

    file.write(content);

    assertThat(path).hasBinaryContent(new byte[BYTES]);
    assertThatThrownBy(() -> new PageFile(path).read(BYTES + 1))
        .isInstanceOf(DamagedException.class)
        .hasMessage("it has 10000 bytes, not 10001");
  }

  @Test
  void shouldLeaveNothingBehindThatIsNotWhole() throws IOException {
    Path place = directory.resolve("a.rrd");
    Files.createDirectories(place.resolve("occupied"));

    assertThatThrownBy(() -> new PageFile(place).write(content())).isInstanceOf(IOException.class);

    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(place);
    }
  }
}
