/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of the compiled launcher, each with a small program around it. */
class LauncherTreeTest {
  @TempDir Path directory;

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + said;
  }

  @Test
  void shouldWaitOnceOnlyForOrphansWithoutEnvironment() throws Exception {
    assumeTrue(LauncherProgram.compiled().isPresent(), "no C compiler here");
    Path program = directory.resolve("empty_environment");
    List<String> compiler =
        List.of("cc", "-std=gnu11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror");
    List<String> command = new ArrayList<>(compiler);
    command.addAll(
        List.of(
            "-Wno-unused-function", "-o", program.toString(), "src/test/c/empty_environment.c"));

    assertThat(run(command.toArray(String[]::new))).isEqualTo("0 ");
    assertThat(run(program.toString())).isEqualTo("0 ");
  }
}
