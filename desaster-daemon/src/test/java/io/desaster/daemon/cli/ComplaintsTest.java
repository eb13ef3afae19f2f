/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.node.NodeInfo;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ComplaintsTest {
  private final Map<String, String> info =
      new HashMap<>(
          Map.of(
              "node.data_dir", "/srv/desaster",
              "journal.free_bytes", "4096",
              "journal.has_room", "yes",
              "memory.has_room", "yes",
              "journal.recovery_notes", ""));

  private List<String> complaints() {
    NodeInfo node =
        new NodeInfo("web1", NodeInfo.State.UP, true, "1.0", Instant.EPOCH, List.of(), List.of());
    return Complaints.about(info, List.of(node), List.of());
  }

  @Test
  void shouldFindNothingWrongWhereNothingIs() {
    assertThat(complaints()).isEmpty();
  }

  @Test
  void shouldTellOfAFullDisk() {
    info.put("journal.has_room", "no");

    assertThat(complaints())
        .containsExactly(
            "no new jobs are taken and none are started, the disk of /srv/desaster is full (4096 bytes free): make room"
                + " there");
  }

  @Test
  void shouldTellOfAFullHeap() {
    info.put("memory.has_room", "no");

    assertThat(complaints()).singleElement().asString().contains("DESASTER_HEAP");
  }

  @Test
  void shouldTellWhatTheStartFoundInTheJournal() {
    info.put("journal.recovery_notes", "segment 3 was cut at 17");

    assertThat(complaints()).singleElement().asString().endsWith(": segment 3 was cut at 17");
  }
}
