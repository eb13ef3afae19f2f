/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A log whose batches are committed by the thread that appends them, whenever that is possible. */
class LocalLogInPlaceTest extends LocalLogTest {
  @Override
  LogOptions options() {
    return super.options().withInPlaceMicros(Long.MAX_VALUE);
  }

  /** Keeps on which thread each batch was committed. */
  private static final class Threads extends Told {
    private final List<String> names = new CopyOnWriteArrayList<>();

    @Override
    public synchronized void committed(Batch batch, Location payloadLocation) {
      names.add(Thread.currentThread().getName());
      if (batch instanceof BytesBatch) {
        super.committed(batch, payloadLocation);
      }
      notifyAll();
    }
  }

  @Test
  void shouldCommitASmallBatchWithinAppend() throws Exception {
    Threads told = new Threads();
    try (LocalLog log = LocalLog.open(new SimulatedFiles(3), options())) {
      log.recover(new Replayed());
      log.start(told);
      int index = 1;
      log.append(BytesBatch.of(index, 10));
      told.awaitCommitted(index);
      String own = Thread.currentThread().getName();
      // The first is the journal's; it takes over again when its thread waits.
      do {
        log.append(BytesBatch.of(++index, 10));
        told.awaitCommitted(index);
        LockSupport.parkNanos(100_000);
      } while (!told.names.get(index - 1).equals(own) && index < 1_000);
      assertThat(told.names.get(0)).isEqualTo("desaster-journal");
      assertThat(told.names.get(index - 1)).isEqualTo(own);
      assertThat(log.committedIndex()).isEqualTo(index);
    }
  }

  @Test
  void shouldLeaveALargeBatchAndWhatFollowsASlowCommitToTheJournal() throws Exception {
    Threads large = new Threads();
    try (LocalLog log = LocalLog.open(new SimulatedFiles(3), options())) {
      log.recover(new Replayed());
      log.start(large);
      for (int index = 1; index <= 50; index++) {
        log.append(new ManyEvents(BytesBatch.of(index, 10)));
        int all = index;
        large.await("batch " + index, told -> large.names.size() == all);
      }
    }
    assertThat(large.names).containsOnly("desaster-journal");
    Threads slow = new Threads();
    LogOptions nothingIsQuick = super.options().withInPlaceMicros(0);
    try (LocalLog log = LocalLog.open(new SimulatedFiles(3), nothingIsQuick)) {
      log.recover(new Replayed());
      log.start(slow);
      for (int index = 1; index <= 50; index++) {
        log.append(BytesBatch.of(index, 10));
        slow.awaitCommitted(index);
      }
    }
    assertThat(slow.names).containsOnly("desaster-journal");
  }

  private record ManyEvents(BytesBatch bytes) implements Batch {
    @Override
    public BatchHeader header() {
      return bytes.header();
    }

    @Override
    public int size() {
      return 10_000;
    }

    @Override
    public void encodeTo(Output out) {
      bytes.encodeTo(out);
    }
  }
}
