/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import io.desaster.api.job.JobId;
import io.desaster.api.spi.AttemptEnd;
import io.desaster.api.spi.Worker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of the attempts of one node, {@code <run>/<job>/<attempt>/…}. Its methods block. */
final class RunDirectory {
  private static final int SMALL_FILE_BYTES_MAX = 64 * 1024;

  /** Twice the reserve that the launcher keeps for ends. */
  private static final int PROBE_BYTES = 2 << 20;

  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path path;

  RunDirectory(Path path) {
    this.path = path.toAbsolutePath().normalize();
  }

  Path path() {
    return path;
  }

  void create() throws IOException {
    Files.createDirectories(path, PRIVATE);
  }

  Path of(AttemptKey key) {
    return path.resolve(key.job().toString()).resolve(Integer.toString(key.attempt()));
  }

  Path progress(AttemptKey key) {
    return of(key).resolve("progress");
  }

  boolean exists(AttemptKey key) {
    return Files.isDirectory(of(key));
  }

  /** How the attempt ended; empty while it runs, and if it never was. */
  Optional<AttemptEnd> end(AttemptKey key) throws IOException {
    return EndLine.parse(text(of(key).resolve("exit")))
        .filter(end -> end.job().equals(key.job()) && end.attempt() == key.attempt());
  }

  void writeEnd(AttemptEnd end) throws IOException {
    Path directory = of(new AttemptKey(end.job(), end.attempt()));
    Files.createDirectories(directory);
    Files.write(directory.resolve("exit"), EndLine.bytes(end));
  }

  /**
   * Fields of the {@code start} file; empty if the process was not started or its start is lost.
   */
  Map<String, String> start(AttemptKey key) throws IOException {
    return EndLine.fields(text(of(key).resolve("start")).strip());
  }

  /**
   * Makes a directory with the empty files of an attempt.
   *
   * @return false if the attempt has one already
   */
  boolean prepare(AttemptKey key) throws IOException {
    Path directory = of(key);
    Files.createDirectories(directory.getParent(), PRIVATE);
    try {
      Files.createDirectory(directory, PRIVATE);
    } catch (FileAlreadyExistsException known) {
      return false;
    }
    for (String name : new String[] {"spec", "start", "out", "err", "exit"}) {
      Files.createFile(directory.resolve(name));
    }
    return true;
  }

  /** The attempts of a job that have a directory. */
  List<AttemptKey> attempts(JobId job) throws IOException {
    List<AttemptKey> attempts = new ArrayList<>();
    try (DirectoryStream<Path> directories =
        Files.newDirectoryStream(path.resolve(job.toString()))) {
      for (Path attempt : directories) {
        attempts.add(new AttemptKey(job, Integer.parseInt(attempt.getFileName().toString())));
      }
    } catch (NoSuchFileException none) {
      return attempts;
    }
    return attempts;
  }

  /** Removes the attempt's directory, and the job's if it was the last. */
  void delete(AttemptKey key) throws IOException {
    if (!Files.exists(of(key))) {
      Files.deleteIfExists(of(key).getParent());
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(of(key))) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(of(key));
    try {
      Files.delete(of(key).getParent());
    } catch (DirectoryNotEmptyException others) {
      return;
    }
  }

  /** Whether this is the failure of a full disk, or of one on which no more is allowed. */
  static boolean lacksRoom(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("No space left") || message.contains("quota");
  }

  /** Whether a job's files and the reserve for its end can be made; tried by making some. */
  boolean hasRoom() throws IOException {
    Path probe = path.resolve("probe");
    try {
      Files.write(
          probe,
          new byte[PROBE_BYTES],
          StandardOpenOption.CREATE,
          StandardOpenOption.DSYNC,
          StandardOpenOption.WRITE);
      return true;
    } catch (IOException full) {
      if (lacksRoom(full)) {
        return false;
      }
      throw full;
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  /** Calls back for every attempt that has a directory. */
  void forEach(AttemptVisitor visitor) throws IOException {
    try (DirectoryStream<Path> jobs = Files.newDirectoryStream(path, RunDirectory::isJob)) {
      for (Path job : jobs) {
        for (AttemptKey attempt : attempts(JobId.parse(job.getFileName().toString()))) {
          visitor.visit(attempt);
        }
      }
    }
  }

  private static boolean isJob(Path path) {
    return path.getFileName().toString().length() == 36;
  }

  /** A piece of an attempt's output as {@link Worker#output} describes it. */
  Worker.Output output(AttemptKey key, boolean error, long offset, int bytesMax)
      throws IOException {
    // Asked first: what is read after the end is all there will be.
    boolean complete = end(key).isPresent() || !exists(key);
    long[] hole = hole(key, error);
    try (FileChannel file =
        FileChannel.open(of(key).resolve(error ? "err" : "out"), StandardOpenOption.READ)) {
      long size = file.size();
      long from = Math.max(0, offset < 0 ? size + offset : offset);
      if (from >= hole[0] && from < hole[1]) {
        from = hole[1];
      }
      long to = Math.min(size, from + Math.max(0, bytesMax));
      if (from < hole[0] && to > hole[0]) {
        to = hole[0];
      }
      return new Worker.Output(from, read(file, from, to), size, hole[0], hole[1], complete);
    } catch (NoSuchFileException e) {
      return new Worker.Output(0, new byte[0], 0, -1, -1, complete);
    }
  }

  /** What was dropped from the output's middle: first byte and end, -1 and -1 if nothing. */
  private long[] hole(AttemptKey key, boolean error) throws IOException {
    for (String line : text(of(key).resolve("dropped")).split("\n")) {
      String[] words = line.split(" ");
      if (words.length == 3 && words[0].equals(error ? "err" : "out")) {
        long from = Long.parseLong(words[1]);
        long to = Long.parseLong(words[2]);
        return to > from ? new long[] {from, to} : new long[] {-1, -1};
      }
    }
    return new long[] {-1, -1};
  }

  private static byte[] read(FileChannel file, long from, long to) throws IOException {
    if (to <= from) {
      return new byte[0];
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) (to - from));
    while (buffer.hasRemaining() && file.read(buffer, from + buffer.position()) >= 0) {
      // Goes on until the piece is whole or the file has become shorter.
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  /** The file's last line that is whole; empty if there is none. */
  String lastLine(Path file, int bytesMax) throws IOException {
    // Most jobs have no such file, and an exception for each look would be dear.
    if (file.toFile().length() == 0) {
      return "";
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      byte[] bytes = read(channel, Math.max(0, size - bytesMax), size);
      String text = new String(bytes, StandardCharsets.UTF_8).stripTrailing();
      return text.substring(text.lastIndexOf('\n') + 1);
    }
  }

  private static String text(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new String(
          read(channel, 0, Math.min(channel.size(), SMALL_FILE_BYTES_MAX)), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  @FunctionalInterface
  interface AttemptVisitor {
    void visit(AttemptKey key) throws IOException;
  }
}
