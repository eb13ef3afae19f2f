/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Finds out whether something at an address speaks the protocol, at little cost. */
final class Knock {
  private static final byte[] PING = "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);

  private Knock() {}

  /** Whether a PING gets any reply, be it a refusal, within {@code millis}. */
  static boolean answers(Address address, int millis) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.host(), address.port()), millis);
      socket.setSoTimeout(millis);
      socket.getOutputStream().write(PING);
      int first = socket.getInputStream().read();
      return first == '+' || first == '-';
    } catch (IOException e) {
      return false;
    }
  }
}
