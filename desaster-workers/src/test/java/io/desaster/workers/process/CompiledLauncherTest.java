/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compiled launcher as a program. */
@Timeout(120)
class CompiledLauncherTest {
  private static final String IDLE_SECONDS = "1";

  @TempDir Path path;
  private RunDirectory directory;
  private LauncherProgram program;

  @BeforeEach
  void create() throws IOException {
    directory = new RunDirectory(path);
    directory.create();
    program = LauncherProgram.compiled().orElseThrow();
  }

  private int start() throws IOException {
    return program.start(directory, List.of("2", IDLE_SECONDS), Map.of("PATH", "/usr/bin:/bin"));
  }

  private SocketChannel connect() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(path.resolve("launcher.sock")));
    return channel;
  }

  @Test
  void shouldServeDirectoryAloneAndLeaveWhenNobodyNeedsIt() throws IOException {
    assertThat(start()).isZero();
    assertThat(start()).isEqualTo(LauncherProgram.ALREADY_RUNNING);
    assertThat(SocketLauncher.answers(directory)).isTrue();

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !path.resolve("launcher.sock").toFile().exists());
    await().atMost(Duration.ofSeconds(30)).until(() -> start() == 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\0\0\0\0X",
        "\u007f\0\0\0S",
        "\0\0\0\1?",
        "\0\0\0\5Sabcd",
        "\0\0\0\rSjob=../../x\0",
        "\0\0\0\4Exyz",
        "\0\0\0\6R../x\0"
      })
  void shouldHangUpOnWhatItCannotReadAndGoOn(String bytes) throws IOException {
    start();
    try (SocketChannel channel = connect()) {
      channel.write(ByteBuffer.wrap(bytes.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)));
      assertThat(channel.read(ByteBuffer.allocate(10))).isEqualTo(-1);
    }
    assertThat(SocketLauncher.answers(directory)).isTrue();
  }
}
