/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the owners of sockets from {@code /proc/net/tcp} and {@code tcp6}. The kernel writes these
 * files anew for each reader and they grow with the number of connections, so one reading serves
 * all questions that came up while the last one went on.
 */
final class ProcNetOwners implements PeerOwners {
  private static final Logger LOG = LoggerFactory.getLogger(ProcNetOwners.class);
  private static final int FIELDS = 10;

  private final Vertx vertx;
  private final int self;
  private List<Question> waiting = new ArrayList<>();
  private boolean reading;

  private record Question(String ends, Promise<Integer> answer) {}

  ProcNetOwners(Vertx vertx) {
    this.vertx = vertx;
    this.self = ownUser();
  }

  private static int ownUser() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return UNKNOWN;
    }
  }

  @Override
  public int self() {
    return self;
  }

  @Override
  public Future<Integer> ownerOf(SocketAddress peer, SocketAddress own) {
    Promise<Integer> answer = Promise.promise();
    try {
      ask(new Question(ends(hex(peer), hex(own)), answer));
    } catch (UnknownHostException e) {
      answer.complete(UNKNOWN);
    }
    return answer.future();
  }

  private synchronized void ask(Question question) {
    waiting.add(question);
    if (!reading) {
      reading = true;
      read();
    }
  }

  private void read() {
    List<Question> questions = waiting;
    waiting = new ArrayList<>();
    vertx
        .executeBlocking(() -> owners(questions), false)
        .onComplete(
            found -> {
              Map<String, Integer> owners = found.succeeded() ? found.result() : Map.of();
              questions.forEach(q -> q.answer.complete(owners.getOrDefault(q.ends, UNKNOWN)));
              readAgain();
            });
  }

  private synchronized void readAgain() {
    if (waiting.isEmpty()) {
      reading = false;
    } else {
      read();
    }
  }

  private static Map<String, Integer> owners(List<Question> questions) {
    Map<String, Integer> owners = new HashMap<>();
    questions.forEach(question -> owners.put(question.ends, UNKNOWN));
    for (String file : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      try {
        for (String line : Files.readAllLines(Path.of(file), StandardCharsets.US_ASCII)) {
          note(line, owners);
        }
      } catch (IOException e) {
        LOG.warn("cannot read {}: users of this host need the key until it can be read", file, e);
      }
    }
    return owners;
  }

  private static void note(String line, Map<String, Integer> owners) {
    String[] fields = line.trim().split("\\s+");
    if (fields.length < FIELDS) {
      return;
    }
    // A socket that is closed but not yet forgotten has no inode and is listed as root's.
    boolean held = !fields[9].equals("0");
    if (held) {
      owners.computeIfPresent(
          ends(plain(fields[1]), plain(fields[2])), (ends, none) -> Integer.parseInt(fields[7]));
    }
  }

  private static String ends(String from, String to) {
    return from + ' ' + to;
  }

  /** An address as the kernel writes it, IPv4 inside IPv6 made plain IPv4. */
  private static String plain(String address) {
    String mapped = "0000000000000000" + (LITTLE ? "FFFF0000" : "0000FFFF");
    return address.startsWith(mapped) ? address.substring(mapped.length()) : address;
  }

  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  /** As the kernel writes it: words of four bytes in the byte order of this machine. */
  private static String hex(SocketAddress address) throws UnknownHostException {
    byte[] bytes = InetAddress.getByName(address.hostAddress()).getAddress();
    byte[] words = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      words[i] = LITTLE ? bytes[i & ~3 | 3 - (i & 3)] : bytes[i];
    }
    return HexFormat.of().withUpperCase().formatHex(words)
        + String.format(Locale.ROOT, ":%04X", address.port());
  }
}
