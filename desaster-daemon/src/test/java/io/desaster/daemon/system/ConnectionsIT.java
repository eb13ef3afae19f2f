/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.desaster.client.DesasterClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** As many connections as a daemon takes, in a process of its own: each end needs a descriptor. */
@Timeout(300)
final class ConnectionsIT {
  private static final int CONNECTIONS = 10_000;
  private static final int DESCRIPTORS_MORE = 500;
  private static final int MEMORY_MIB_MAX = 450;
  private static final ByteBuffer PING = bytes("*1\r\n$4\r\nPING\r\n").asReadOnlyBuffer();

  @TempDir Path directory;

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Java raises its own limit as far as it may, here as in the daemon. */
  private static long descriptorsMax() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
      String line = lines.filter(l -> l.startsWith("Max open files")).findFirst().orElseThrow();
      String hard = line.substring("Max open files".length()).strip().split("\\s+")[1];
      return hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard);
    }
  }

  /** The most memory the process ever had, MiB. */
  private static long memoryMib(long pid) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      String line = lines.filter(l -> l.startsWith("VmHWM:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D+", "")) / 1024;
    }
  }

  private static String read(SocketChannel from, int length) throws IOException {
    ByteBuffer answer = ByteBuffer.allocate(length);
    while (answer.hasRemaining()) {
      if (from.read(answer) < 0) {
        throw new EOFException("closed after " + answer.position() + " bytes");
      }
    }
    return new String(answer.array(), StandardCharsets.US_ASCII);
  }

  @Test
  void shouldAnswerTenThousandConnectionsAtOnce() throws Exception {
    long descriptors = descriptorsMax();
    assumeTrue(
        descriptors >= CONNECTIONS + DESCRIPTORS_MORE,
        "a process may open " + descriptors + " files here (ulimit -Hn), which is too few");
    List<SocketChannel> clients = new ArrayList<>();
    try (Program program = Program.in(directory)) {
      long pid = program.startDaemon().pid();
      InetSocketAddress address = new InetSocketAddress("127.0.0.1", program.port());
      try {
        for (int i = 0; i < CONNECTIONS; i++) {
          clients.add(SocketChannel.open(address));
        }
        for (int round = 0; round < 2; round++) {
          for (SocketChannel client : clients) {
            client.write(PING.duplicate());
          }
          for (SocketChannel client : clients) {
            assertThat(read(client, 7)).isEqualTo("+PONG\r\n");
          }
        }

        try (SocketChannel oneMore = SocketChannel.open(address)) {
          assertThat(read(oneMore, 35)).isEqualTo("-ERR max number of clients reached:");
        }
        assertThat(memoryMib(pid)).isLessThan(MEMORY_MIB_MAX);
      } finally {
        for (SocketChannel client : clients) {
          client.close();
        }
      }
      // With them gone there is room for others.
      try (DesasterClient client = program.connect()) {
        assertThat(client.info().toCompletableFuture().get(60, TimeUnit.SECONDS)).isNotEmpty();
      }
    }
  }
}
