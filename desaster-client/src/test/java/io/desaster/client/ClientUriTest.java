/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientUriTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "desaster://host|''|[host:2691]",
        "desaster://host:3000/|''|[host:3000]",
        "desaster://k%40y+1@host|k@y+1|[host:2691]",
        "desaster://key@a:1,b, [::1]:3|key|[a:1, b:2691, [::1]:3]",
        "desaster://[fe80::1]|''|[[fe80::1]:2691]",
      })
  void shouldReadKeyAndHosts(String text, String key, String hosts) {
    ClientUri uri = ClientUri.parse(text);

    assertThat(uri.key()).isEqualTo(key);
    assertThat(uri.hosts()).hasToString(hosts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis://host|it does not begin with desaster://",
        "desaster://|a host is empty",
        "desaster://a,,b|a host is empty",
        "desaster://host:x|is not a port",
        "desaster://host:65536|is not a port",
        "desaster://[::1:5|a bracket is not closed in",
      })
  void shouldSayWhatIsWrong(String text, String why) {
    assertThatThrownBy(() -> ClientUri.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why)
        .hasMessageContaining("write desaster://host");
  }

  @Test
  void shouldNotShowTheKey() {
    assertThatThrownBy(() -> ClientUri.parse("desaster://secret@host:x"))
        .hasMessageNotContaining("secret");
  }
}
