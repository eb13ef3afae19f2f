/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import io.desaster.api.job.JobId;
import io.desaster.api.spi.AttemptEnd;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * Talks to the compiled launcher over {@code launcher.sock}; the frames are described in the
 * launcher's {@code link.c}.
 */
final class SocketLauncher implements Launcher {
  private static final byte[] VERSION = "1".getBytes(StandardCharsets.UTF_8);
  private static final int HEAD_BYTES = 5;
  private static final int INPUT_BYTES = 256 * 1024;
  private static final int PATH_BYTES_MAX = 100;
  private static final long ANSWER_MILLIS_MAX = 10_000;
  private static final int CONNECT_ATTEMPTS = 3;

  private final RunDirectory directory;
  private final LauncherProgram program;
  private final Map<String, String> environment;
  private final int spareDirectories;
  private final Selector selector;
  private final Queue<ByteBuffer> unsent = new ArrayDeque<>();
  private final Queue<AttemptEnd> ends = new ArrayDeque<>();
  private final Map<AttemptKey, String> noRoom = new LinkedHashMap<>();
  private SocketChannel channel;
  private ByteBuffer input = ByteBuffer.allocate(INPUT_BYTES);
  private Set<AttemptKey> listed;

  SocketLauncher(
      RunDirectory directory,
      LauncherProgram program,
      Map<String, String> environment,
      int spareDirectories)
      throws IOException {
    this.directory = directory;
    this.program = program;
    this.environment = environment;
    this.spareDirectories = spareDirectories;
    this.selector = Selector.open();
  }

  /** Whether a launcher listens in the run directory. */
  static boolean answers(RunDirectory directory) {
    try (SocketChannel probe = open(directory)) {
      return probe.isConnected();
    } catch (IOException nobody) {
      return false;
    }
  }

  @Override
  public Set<AttemptKey> connect() throws IOException {
    disconnect();
    for (int attempt = 1; channel == null; attempt++) {
      try {
        channel = open(directory);
      } catch (IOException nobody) {
        if (attempt == CONNECT_ATTEMPTS) {
          throw nobody;
        }
        startLauncher();
      }
    }
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
    send('H', VERSION);
    send('L', new byte[0]);
    return awaitList();
  }

  private void startLauncher() throws IOException {
    Path lock = directory.path().resolve("launcher.lock");
    List<Long> holders = ProcessTable.pids(pid -> ProcessTable.holds(pid, lock));
    if (!holders.isEmpty()) {
      throw new IOException(
          "process %s holds %s but does not answer as launcher; end it if it hangs"
              .formatted(holders, lock));
    }
    Leftovers.clear(directory);
    program.start(directory, List.of(Integer.toString(spareDirectories)), environment);
  }

  private static SocketChannel open(RunDirectory directory) throws IOException {
    Path socket = directory.path().resolve("launcher.sock");
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= PATH_BYTES_MAX) {
      return open(socket);
    }
    // The kernel takes at most 107 bytes: go through a short link in a directory of our own.
    Path shortcut = Files.createTempDirectory("desaster");
    Path link = shortcut.resolve("run");
    try {
      Files.createSymbolicLink(link, directory.path());
      return open(link.resolve("launcher.sock"));
    } finally {
      Files.deleteIfExists(link);
      Files.delete(shortcut);
    }
  }

  private static SocketChannel open(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private Set<AttemptKey> awaitList() throws IOException {
    listed = null;
    long deadline = System.nanoTime() + ANSWER_MILLIS_MAX * 1_000_000;
    while (listed == null) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new IOException(
            "the launcher of %s does not answer; end it if it hangs".formatted(directory.path()));
      }
      exchange(left);
    }
    return listed;
  }

  @Override
  public void start(ProcessOrder order) throws IOException {
    send('S', order.encode(directory.progress(order.key())));
  }

  @Override
  public void end(AttemptKey key, long graceMillis, String reason) throws IOException {
    String text = reason.replaceAll("\\p{Cntrl}", " ");
    send('E', texts(key.job().toString(), "" + key.attempt(), "" + graceMillis, text));
  }

  @Override
  public void release(JobId job) throws IOException {
    send('R', texts(job.toString()));
  }

  private static byte[] texts(String... texts) {
    return (String.join("\0", texts) + "\0").getBytes(StandardCharsets.UTF_8);
  }

  private void send(char type, byte[] body) throws IOException {
    if (channel == null) {
      throw new EOFException("the launcher of %s is gone".formatted(directory.path()));
    }
    ByteBuffer frame = ByteBuffer.allocate(HEAD_BYTES + body.length);
    frame.putInt(body.length + 1).put((byte) type).put(body).flip();
    unsent.add(frame);
  }

  @Override
  public void await(long millis, Reports reports) throws IOException {
    // Ends that came with the answer to a list are handed on first.
    exchange(ends.isEmpty() ? millis : 0);
    for (AttemptEnd end = ends.poll(); end != null; end = ends.poll()) {
      reports.ended(end);
    }
    noRoom.forEach(reports::noRoom);
    noRoom.clear();
  }

  private void exchange(long millis) throws IOException {
    if (channel == null) {
      throw new EOFException("the launcher of %s is gone".formatted(directory.path()));
    }
    write();
    channel
        .keyFor(selector)
        .interestOps(SelectionKey.OP_READ | (unsent.isEmpty() ? 0 : SelectionKey.OP_WRITE));
    if (millis > 0) {
      selector.select(millis);
    } else {
      selector.selectNow();
    }
    selector.selectedKeys().clear();
    read();
  }

  private void write() throws IOException {
    while (!unsent.isEmpty() && channel.write(unsent.toArray(new ByteBuffer[0])) > 0) {
      while (!unsent.isEmpty() && !unsent.peek().hasRemaining()) {
        unsent.remove();
      }
    }
  }

  private void read() throws IOException {
    int n;
    while ((n = channel.read(input)) > 0) {
      input.flip();
      takeFrames();
      input.compact();
      if (!input.hasRemaining()) {
        input = ByteBuffer.allocate(input.capacity() * 2).put(input.flip());
      }
    }
    if (n < 0) {
      disconnect();
      throw new EOFException("the launcher of %s is gone".formatted(directory.path()));
    }
  }

  private void takeFrames() throws IOException {
    while (input.remaining() >= HEAD_BYTES) {
      int length = input.getInt(input.position());
      if (input.remaining() < Integer.BYTES + length) {
        return;
      }
      input.getInt();
      char type = (char) input.get();
      byte[] body = new byte[length - 1];
      input.get(body);
      take(type, new String(body, StandardCharsets.UTF_8));
    }
  }

  private void take(char type, String body) throws IOException {
    switch (type) {
      case 'H' -> requireVersion(body);
      case 'L' -> listed = keys(body);
      case 'N' -> NoRoomLine.parse(body).ifPresent(line -> noRoom.put(line.key(), line.why()));
      case 'D' -> EndLine.parse(body).ifPresent(ends::add);
      default -> throw new IOException("the launcher sent a frame of unknown type " + type);
    }
  }

  private void requireVersion(String body) throws IOException {
    String version = EndLine.fields(body.strip()).get("version");
    if (!"1".equals(version)) {
      throw new IOException(
          "the launcher of %s speaks version %s, this daemon 1; let its jobs end, then stop it"
              .formatted(directory.path(), version));
    }
  }

  private static Set<AttemptKey> keys(String body) {
    Set<AttemptKey> keys = new HashSet<>();
    for (String line : body.split("\n")) {
      String[] words = line.split(" ");
      if (words.length == 2) {
        keys.add(new AttemptKey(JobId.parse(words[0]), Integer.parseInt(words[1])));
      }
    }
    return keys;
  }

  @Override
  public void wakeUp() {
    selector.wakeup();
  }

  private void disconnect() {
    unsent.clear();
    ends.clear();
    noRoom.clear();
    input.clear();
    if (channel != null) {
      try {
        channel.close();
        selector.selectNow();
      } catch (IOException alreadyBroken) {
        // Nothing is left to be told to the other side.
      }
    }
    channel = null;
  }

  @Override
  public void close() {
    disconnect();
    try {
      selector.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot close a selector", e);
    }
  }
}
