/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataDirLockTest {
  @TempDir Path directory;

  @Test
  void shouldSayWhoHoldsTheDirectory() throws Exception {
    try (DataDirLock lock = DataDirLock.acquire(directory)) {
      lock.tell(2691, "web1");

      long pid = ProcessHandle.current().pid();
      assertThatThrownBy(() -> DataDirLock.acquire(directory))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith(
              "cannot start: the data directory "
                  + directory
                  + " is in use by the desaster daemon with pid "
                  + pid
                  + ", port 2691, which runs since ")
          .hasMessageEndingWith(
              "; stop it with 'kill " + pid + "', or give another directory with --data-dir");
    }
  }

  @Test
  void shouldBeFreeAfterClose() throws Exception {
    DataDirLock.acquire(directory).close();

    DataDirLock.acquire(directory).close();
    assertThat(DataDirLock.holder(directory)).isEmpty();
  }

  @Test
  void shouldTellTheHolderToClients() throws Exception {
    assertThat(DataDirLock.holder(directory)).isEmpty();

    try (DataDirLock lock = DataDirLock.acquire(directory)) {
      lock.tell(3001, "web1");
      assertThat(DataDirLock.holder(directory))
          .hasValueSatisfying(
              holder -> {
                assertThat(holder.port()).isEqualTo(3001);
                assertThat(holder.node()).isEqualTo("web1");
                assertThat(holder.pid()).isEqualTo(ProcessHandle.current().pid());
              });
    }
  }

  @Test
  void shouldMakeADirectoryThatOnlyItsOwnerMayRead() throws Exception {
    Path data = directory.resolve("a/b");

    DataDirLock.acquire(data).close();

    assertThat(Files.getPosixFilePermissions(data)).hasSize(3);
  }

  @Test
  void shouldSayWhyADirectoryCannotBeUsed() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThatThrownBy(() -> DataDirLock.acquire(file))
        .hasMessageStartingWith("cannot use the data directory " + file)
        .hasMessageEndingWith("; give another one with --data-dir");
  }
}
