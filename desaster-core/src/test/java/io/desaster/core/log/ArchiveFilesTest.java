/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ArchiveFilesTest {
  private final SimulatedFiles disk = new SimulatedFiles(1);

  private static byte[] bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) seed);
    return bytes;
  }

  private static long[] write(ArchiveFiles files, byte[]... records) throws IOException {
    List<Consumer<Output>> writers = new ArrayList<>();
    for (byte[] record : records) {
      writers.add(out -> out.writeRaw(record, 0, record.length));
    }
    return files.write(writers);
  }

  @Test
  void shouldReadBackWhatWasWrittenInManyFiles() throws IOException {
    ArchiveFiles files = ArchiveFiles.open(disk, 100);
    byte[][] records = new byte[20][];
    for (int i = 0; i < records.length; i++) {
      records[i] = bytes(i * 7, i);
    }
    long[] places = write(files, records);

    ArchiveFiles again = ArchiveFiles.open(disk, 100);
    try (ArchiveFiles.Reader reader = again.reader()) {
      for (int i = 0; i < records.length; i++) {
        assertThat(reader.read(places[i])).isEqualTo(records[i]);
      }
    }
    assertThat(again.count()).isGreaterThan(10);
  }

  @Test
  void shouldReadARecordWhoseSizeDoesNotFitIntoItsPlace() throws IOException {
    ArchiveFiles files = ArchiveFiles.open(disk, 1 << 20);
    byte[] large = bytes(5 << 20, 7);
    long[] places = write(files, bytes(10, 1), large, bytes(10, 2));

    assertThat(files.read(places[1])).isEqualTo(large);
    assertThat(files.read(places[2])).isEqualTo(bytes(10, 2));
  }

  @Test
  void shouldTellWhichRecordIsDamaged() throws IOException {
    ArchiveFiles files = ArchiveFiles.open(disk, 1 << 20);
    long[] places = write(files, bytes(30, 1), bytes(30, 2), bytes(30, 3));
    files.force();
    disk.damage("archive-1", 48 + 20, 0x10);

    assertThat(files.read(places[0])).isEqualTo(bytes(30, 1));
    assertThatThrownBy(() -> files.read(places[1]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("offset 48 of ")
        .hasMessageContaining("archive-1")
        .hasMessageContaining("CRC");
    assertThat(files.read(places[2])).isEqualTo(bytes(30, 3));
  }

  @Test
  void shouldNotTakeARecordOfAnotherPlace() throws IOException {
    ArchiveFiles files = ArchiveFiles.open(disk, 1 << 20);
    long[] places = write(files, bytes(30, 1), bytes(30, 1));
    byte[] first = Arrays.copyOf(disk.content("archive-1"), 48);
    try (LogFile file = disk.open("archive-1")) {
      file.write(48, first, 0, 48);
    }

    assertThatThrownBy(() -> files.read(places[1])).hasMessageContaining("CRC");
  }

  @Test
  void shouldBeginANewFileAfterAFailureAndAfterARestart() throws IOException {
    ArchiveFiles files = ArchiveFiles.open(disk, 1 << 20);
    long first = write(files, bytes(30, 1))[0];
    disk.capacityBytes(0);
    assertThatThrownBy(() -> write(files, bytes(30, 2))).isInstanceOf(IOException.class);
    disk.capacityBytes(Long.MAX_VALUE);

    long second = write(files, bytes(30, 3))[0];
    long third = write(ArchiveFiles.open(disk, 1 << 20), bytes(30, 4))[0];

    assertThat(List.of(first, second, third))
        .extracting(ArchiveFiles::file)
        .doesNotHaveDuplicates();
    assertThat(files.read(first)).isEqualTo(bytes(30, 1));
    assertThat(files.read(second)).isEqualTo(bytes(30, 3));
  }

  @Test
  void shouldTellWhatIsFullAndDeleteIt() throws IOException {
    ArchiveFiles files = ArchiveFiles.open(disk, 100);
    long[] places = write(files, bytes(100, 1), bytes(100, 2));
    assertThat(files.full().keySet()).containsExactly(1L);

    files.delete(Set.of(1L));

    assertThat(disk.list()).containsExactly("archive-2");
    assertThatThrownBy(() -> files.read(places[0])).isInstanceOf(IOException.class);
  }
}
