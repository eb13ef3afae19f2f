/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A plain client that shows every type of reply as what it is. Replies become: simple strings
 * {@link Simple}, errors {@link Failure}, numbers Long, bulk strings String, nil null, arrays List,
 * maps Map, sets Set, pushes {@link Push}, doubles Double, booleans Boolean, verbatim texts {@link
 * Verbatim}.
 */
public final class WireClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  /** A simple string. */
  public record Simple(String text) {}

  /** An error. */
  public record Failure(String text) {}

  /** A push message. */
  public record Push(List<Object> content) {}

  /** A verbatim text. */
  public record Verbatim(String text) {}

  private final Socket socket = new Socket();
  private final InputStream in;
  private final OutputStream out;

  public WireClient(int port) throws IOException {
    this(InetAddress.getByName("127.0.0.1"), port);
  }

  WireClient(InetAddress host, int port) throws IOException {
    socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** Sends a command and reads its reply. */
  public Object call(String... words) throws IOException {
    send(words);
    return read();
  }

  public void send(String... words) throws IOException {
    out.write(command(words));
    out.flush();
  }

  public void sendRaw(String bytes) throws IOException {
    sendRaw(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  public void sendRaw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** The bytes of a command. */
  public static byte[] command(String... words) {
    byte[][] bytes = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      bytes[i] = words[i].getBytes(StandardCharsets.UTF_8);
    }
    return command(bytes);
  }

  public static byte[] command(byte[]... words) {
    ByteArrayOutputStream command = new ByteArrayOutputStream();
    command.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
    for (byte[] word : words) {
      command.writeBytes(("$" + word.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
      command.writeBytes(word);
      command.writeBytes(new byte[] {'\r', '\n'});
    }
    return command.toByteArray();
  }

  /** Reads one reply or message. */
  public Object read() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> new Simple(rest);
      case '-' -> new Failure(rest);
      case ':' -> Long.valueOf(rest);
      case ',' -> Double.valueOf(rest);
      case '#' -> rest.equals("t");
      case '_' -> null;
      case '$' -> rest.equals("-1") ? null : bulk(Integer.parseInt(rest));
      case '=' -> new Verbatim(bulk(Integer.parseInt(rest)).substring(4));
      case '*' -> rest.equals("-1") ? null : list(Integer.parseInt(rest));
      case '>' -> new Push(list(Integer.parseInt(rest)));
      case '~' -> set(Integer.parseInt(rest));
      case '%' -> map(Integer.parseInt(rest));
      default -> throw new IOException("no RESP: " + line);
    };
  }

  /** Reads a line as it stands. */
  public String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("closed after '" + line + "'");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.UTF_8);
    if (!text.endsWith("\r")) {
      throw new IOException("line without CR: " + text);
    }
    return text.substring(0, text.length() - 1);
  }

  /** Reads until the server closes, or fails if it does not. */
  public String readToEnd() throws IOException {
    try {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (java.net.SocketException reset) {
      return "";
    }
  }

  private String bulk(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length || in.read() != '\r' || in.read() != '\n') {
      throw new EOFException("in a bulk string of " + length);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private List<Object> list(int count) throws IOException {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(read());
    }
    return list;
  }

  private Set<Object> set(int count) throws IOException {
    return new LinkedHashSet<>(list(count));
  }

  private Map<Object, Object> map(int count) throws IOException {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      Object key = read();
      map.put(key, read());
    }
    return map;
  }

  int localPort() {
    return socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
