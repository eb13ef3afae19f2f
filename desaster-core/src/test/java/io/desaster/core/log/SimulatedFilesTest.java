/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatedFilesTest extends LogFilesContract {
  private final SimulatedFiles files = new SimulatedFiles(1);

  @Override
  LogFiles files() {
    return files;
  }

  private static SimulatedFiles withUnforced(long seed) throws IOException {
    SimulatedFiles files = new SimulatedFiles(seed);
    byte[] ones = new byte[2_048];
    Arrays.fill(ones, (byte) 1);
    LogFile file = files.create("forced");
    file.write(0, new byte[2_048], 0, 2_048);
    file.force();
    files.sync();
    file.write(0, ones, 0, 2_048);
    files.create("unsynced").close();
    return files;
  }

  @Test
  void shouldLoseAnySectorThatWasNotForced() throws IOException {
    Set<String> outcomes = new HashSet<>();
    for (long seed = 0; seed < 300; seed++) {
      SimulatedFiles lost = withUnforced(seed);
      lost.powerLoss();
      byte[] left = lost.content("forced");
      StringBuilder sectors = new StringBuilder();
      for (int sector = 0; sector < 4; sector++) {
        sectors.append(left[sector * 512]);
        assertThat(left[sector * 512 + 511]).isEqualTo(left[sector * 512]);
      }
      outcomes.add(sectors.append(lost.list().contains("unsynced")).toString());
    }
    assertThat(outcomes).contains("0000false", "1111true", "0101false", "1010true");
  }

  @Test
  void shouldKeepAllThatWasWrittenWhenOnlyTheProcessIsKilled() throws IOException {
    SimulatedFiles killed = withUnforced(1);
    killed.kill();
    assertThat(killed.content("forced")).containsOnly(1);
    assertThat(killed.list()).contains("unsynced");
  }

  @Test
  void shouldTakePagesForCleanWhoseForceFailed() throws IOException {
    boolean lostSome = false;
    for (long seed = 0; seed < 50; seed++) {
      SimulatedFiles failing = new SimulatedFiles(seed);
      LogFile file = failing.create("a");
      failing.sync();
      file.write(0, new byte[] {7}, 0, 1);
      failing.failAt(failing.operations());
      assertThatThrownBy(file::force).isInstanceOf(IOException.class);
      assertThat(failing.content("a")).containsExactly(7);
      file.force();
      failing.powerLoss();
      lostSome |= failing.content("a").length == 0 || failing.content("a")[0] == 0;
    }
    assertThat(lostSome).isTrue();
  }

  @Test
  void shouldStayDeadAfterACrash() throws IOException {
    files.crashAt(files.operations());
    assertThatThrownBy(() -> files.create("a")).isInstanceOf(SimulatedCrash.class);
    assertThatThrownBy(files::list).isInstanceOf(SimulatedCrash.class);
    files.powerLoss();
    assertThat(files.list()).isEmpty();
  }

  @Test
  void shouldRefuseToGrowWhenFull() throws IOException {
    files.capacityBytes(100);
    LogFile file = files.create("a");
    file.write(0, new byte[100], 0, 100);
    assertThatThrownBy(() -> file.write(100, new byte[1], 0, 1))
        .isInstanceOf(NoRoomException.class);
    file.write(0, new byte[100], 0, 100);
    assertThat(files.freeBytes()).isZero();
    files.capacityBytes(101);
  }
}
