/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotWriterTest {
  private static final int PIECE_BYTES = 4 << 10;

  @Test
  void shouldForceChunksThatAreLargerThanAPieceInPieces() throws Exception {
    // given
    SimulatedFiles files = new SimulatedFiles(1);
    byte[] state = new byte[100_000];
    new Random(2).nextBytes(state);
    BytesSnapshot source = new BytesSnapshot(7, state, 30_000);
    SnapshotWriter writer =
        new SnapshotWriter(files, source, new SnapshotFormat.Header(7, 1, 1, 1), 3, PIECE_BYTES);
    String unfinished = Names.snapshot(7) + Names.UNFINISHED;
    List<Integer> pieces = new ArrayList<>();

    // when
    int size = 0;
    while (writer.gather()) {
      boolean more = true;
      while (more) {
        more = writer.writePiece();
        pieces.add(files.content(unfinished).length - size);
        size = files.content(unfinished).length;
      }
    }
    writer.finish();

    // then
    assertThat(pieces).hasSizeGreaterThanOrEqualTo(100_000 / PIECE_BYTES);
    assertThat(pieces).allMatch(bytes -> bytes > 0 && bytes <= PIECE_BYTES);
    byte[] whole = files.content(Names.snapshot(7));
    long[] offsets = writer.chunkOffsets();
    assertThat(offsets).hasSize(4);
    for (int chunk = 0; chunk < offsets.length; chunk++) {
      int from = chunk * 30_000;
      int to = Math.min(from + 30_000, state.length);
      int at = Math.toIntExact(offsets[chunk]);
      assertThat(Arrays.copyOfRange(whole, at, at + to - from))
          .isEqualTo(Arrays.copyOfRange(state, from, to));
    }
  }
}
