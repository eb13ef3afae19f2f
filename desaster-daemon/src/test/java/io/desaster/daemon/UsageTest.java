/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class UsageTest {
  @Test
  void shouldBeginAsItAlwaysDid() {
    assertThat(Usage.text())
        .startsWith(
            """
            usage: desaster [-a BIND_ADDR] [-b BROADCAST_ADDR] [-p PORT] [-k GROUP_KEY] [-s]
             -?, -h, --help                 prints this help
             -a, --bind-address=IPADDR      local IP address to bind to [0.0.0.0]
             -b, --broadcast-address=IPADDR remote IP/multicast/broadcast address to announce to [255.255.255.255]
             -p, --port=NUMBER              port number for receiving/sending packets [2691]
             -k, --key=GROUP_KEY            cluster-group shared key [default]
             -s, --standalone               do not broadcast for peering with cluster

            """);
  }

  @Test
  void shouldListEveryOptionOnce() {
    for (Option option : Option.values()) {
      assertThat(Usage.text())
          .containsOnlyOnce("--" + option.longName() + (option.flag() ? " " : "="));
    }
  }

  @Test
  void shouldTellTheLicence() {
    assertThat(Usage.text()).contains("Copyright (C)").contains("GNU GPL version 3");
    assertThat(Version.text()).matches("(?s)desaster \\d+\\.\\d+.*NO WARRANTY.*");
  }
}
