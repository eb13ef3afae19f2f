/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

final class PortHolderTest {
  @Test
  void shouldFindTheProcessThatListens() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(PortHolder.describe(socket.getLocalPort()))
          .isEqualTo("pid " + ProcessHandle.current().pid() + " (java)");
    }
  }

  @Test
  void shouldFindNobodyOnAFreePort() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    assertThat(PortHolder.find(port)).isEmpty();
  }
}
