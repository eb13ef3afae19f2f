/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFilesTest extends LogFilesContract {
  @TempDir Path directory;

  @Override
  LogFiles files() throws IOException {
    return new DiskFiles(directory.resolve("made").resolve("if missing"));
  }

  @Test
  void shouldRefuseADirectoryThatAnotherProcessHoldsAndNameIt() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).isEqualTo("held");
      LogFiles files = new DiskFiles(directory);
      assertThatThrownBy(files::lock)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot use " + directory.toRealPath())
          .hasMessageContaining("locked by pid " + holder.pid() + " since 2")
          .hasMessageContaining("stop that process or choose another data directory");
      holder.destroyForcibly().waitFor();
      files.lock();
      files.close();
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  void shouldKeepItsLockWhenASecondTryFailsInTheSameProcess() throws Exception {
    LogFiles first = new DiskFiles(directory);
    first.lock();
    assertThatThrownBy(() -> new DiskFiles(directory).lock()).isInstanceOf(IOException.class);
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();
    other.getOutputStream().close();
    String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).contains("locked by pid " + ProcessHandle.current().pid());
    first.close();
  }

  @Test
  void shouldSayThatTheDirectoryCannotBeMade() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> new DiskFiles(file.resolve("below")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("file");
  }
}
