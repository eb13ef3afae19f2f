/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuthFailuresTest {
  private final AuthFailures failures = new AuthFailures();

  private void fail(String source, int times, long nowMillis) {
    for (int i = 0; i < times; i++) {
      failures.failed(source, nowMillis);
    }
  }

  @Test
  void shouldAllowTenFreeTriesThenOneASecond() {
    fail("10.0.0.1", 9, 0);
    assertThat(failures.waitMillis("10.0.0.1", 0)).isZero();
    fail("10.0.0.1", 1, 0);
    assertThat(failures.waitMillis("10.0.0.1", 0)).isEqualTo(1_000);
    assertThat(failures.waitMillis("10.0.0.1", 999)).isEqualTo(1);
    assertThat(failures.waitMillis("10.0.0.1", 1_000)).isZero();
    fail("10.0.0.1", 1, 1_000);
    assertThat(failures.waitMillis("10.0.0.1", 1_000)).isEqualTo(1_000);
  }

  @Test
  void shouldGiveTriesBackInTime() {
    fail("10.0.0.1", 10, 0);
    fail("10.0.0.1", 9, 10_000);
    assertThat(failures.waitMillis("10.0.0.1", 10_000)).isZero();
  }

  @Test
  void shouldNotLetOneSourceSlowAnother() {
    fail("10.0.0.1", 50, 0);
    assertThat(failures.waitMillis("10.0.0.2", 0)).isZero();
  }

  @Test
  void shouldForgetAfterTheRightKey() {
    fail("10.0.0.1", 50, 0);
    failures.succeeded("10.0.0.1");
    assertThat(failures.waitMillis("10.0.0.1", 0)).isZero();
  }

  @Test
  void shouldRememberOnlySoManySources() {
    fail("first", 50, 0);
    for (int i = 0; i < 10_000; i++) {
      fail("other" + i, 1, 0);
    }
    assertThat(failures.waitMillis("first", 0)).isZero();
  }
}
