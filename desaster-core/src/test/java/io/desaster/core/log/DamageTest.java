/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a start, a check and a repair make of damaged files. */
class DamageTest {
  private static final LogOptions OPTIONS = SimulatedLife.OPTIONS;
  private static final String FIRST = "segment-0000000000000001.log";
  private static final String SECOND = "segment-0000000000000002.log";
  private static final String THIRD = "segment-0000000000000003.log";

  private final SimulatedFiles disk = new SimulatedFiles(1);
  private final Told told = new Told();

  /**
   * 60 batches of 1000 bytes: 1 to 26 in the first segment, to 52 in the second, then the third.
   */
  @BeforeEach
  void write() throws IOException {
    SimulatedLog log = log(disk);
    log.recover(new Replayed());
    log.start(told);
    append(log, 1, 60);
    log.close();
    disk.kill();
  }

  private static SimulatedLog log(SimulatedFiles files) {
    return new SimulatedLog(files, OPTIONS, 7);
  }

  private static void append(SimulatedLog log, int from, int to) {
    for (int index = from; index <= to; index++) {
      log.append(BytesBatch.of(index, 1_000));
      log.commitNext();
    }
  }

  private Location payload(int index) {
    return told.locations().get(index - 1);
  }

  @Test
  void shouldLieWhereTheTestsBelowSayItLies() {
    assertThat(payload(26).file()).isEqualTo(1);
    assertThat(payload(27).file()).isEqualTo(2);
    assertThat(payload(52).file()).isEqualTo(2);
    assertThat(payload(53).file()).isEqualTo(3);
  }

  @Test
  void shouldCutDamagedLastBatchKeepItsBytesAndTell() throws IOException {
    Location last = payload(60);
    disk.damage(THIRD, (int) last.offset() + 500, 1);
    byte[] before = disk.content(THIRD);
    Replayed replayed = new Replayed();

    Recovered recovered = log(disk).recover(replayed);

    assertThat(recovered.lastIndex()).isEqualTo(59);
    assertThat(replayed.batches).hasSize(59);
    long cutAt = last.offset() - Format.RECORD_HEADER_BYTES;
    assertThat(recovered.notes())
        .singleElement()
        .asString()
        .contains(THIRD + " was cut at offset " + cutAt)
        .contains("batch 60 is not what was written")
        .contains("may have been acknowledged")
        .contains("kept in /simulated/cut-60");
    assertThat(disk.content("cut-60"))
        .isEqualTo(
            Arrays.copyOfRange(
                before,
                (int) cutAt,
                (int) Bytes.align(last.offset() + 1_000) + Format.TRAILER_BYTES));
    disk.powerLoss();
    assertThat(log(disk).recover(new Replayed()).notes()).isEmpty();
  }

  @Test
  void shouldCutTornTailAndTell() throws IOException {
    disk.cutOff(THIRD, (int) payload(60).offset() + 500);

    Recovered recovered = log(disk).recover(new Replayed());

    assertThat(recovered.lastIndex()).isEqualTo(59);
    assertThat(recovered.notes())
        .singleElement()
        .asString()
        .contains("batch 60 was begun and its end never reached the disk")
        .doesNotContain("kept in");
  }

  @Test
  void shouldKeepTheBytesOfAWholeBatchWithoutTrailer() throws IOException {
    int end = (int) Bytes.align(payload(60).offset() + 1_000);
    disk.damage(THIRD, end + 3, 8);

    Recovered recovered = log(disk).recover(new Replayed());

    assertThat(recovered.lastIndex()).isEqualTo(59);
    assertThat(recovered.notes()).singleElement().asString().contains("kept in /simulated/cut-60");
    assertThat(disk.content("cut-60")).hasSize(1_040);
  }

  @Test
  void shouldGoOnBehindACutWithoutConfusion() throws IOException {
    disk.damage(THIRD, (int) payload(60).offset(), 1);
    SimulatedLog log = log(disk);
    log.recover(new Replayed());
    log.start(new Told());
    append(log, 60, 130);
    disk.powerLoss();
    Replayed replayed = new Replayed();

    Recovered recovered = log(disk).recover(replayed);

    assertThat(recovered).isEqualTo(new Recovered(0, 130, 1, 1, List.of()));
    assertThat(replayed.batches).hasSize(130);
  }

  /** The batch that is cut is the only one in its segment, so nothing else is written there. */
  @Test
  void shouldMakeACutSafeThatAnEarlierStartDidNotFinish() throws IOException {
    SimulatedFiles fresh = new SimulatedFiles(1);
    SimulatedLog first = log(fresh);
    first.recover(new Replayed());
    first.start(new Told());
    append(first, 1, 53);
    fresh.kill();
    fresh.damage(THIRD, (int) payload(53).offset() + 500, 1);
    for (long seed = 0; seed < 200; seed++) {
      SimulatedFiles copy = fresh.copy(seed);
      copy.crashAt(seed % 20);
      assertThatThrownBy(
              () -> {
                log(copy).recover(new Replayed());
                copy.crashAt(copy.operations());
                copy.sync();
              })
          .isInstanceOf(SimulatedCrash.class);
      copy.kill();
      SimulatedLog log = log(copy);
      log.recover(new Replayed());
      log.start(new Told());
      append(log, 53, 100);
      copy.powerLoss();
      assertThat(log(copy).recover(new Replayed()).lastIndex()).isEqualTo(100);
    }
  }

  @Test
  void shouldRefuseDamageWithCommittedBatchesBehindItInTheSegment() throws IOException {
    disk.damage(THIRD, (int) payload(58).offset() + 10, 4);

    assertRefused(
        THIRD + " is damaged at offset " + (payload(58).offset() - 40),
        "batch 58 is not what was written (CRC), and committed batches up to 60 follow it");
    assertRepaired(57, "batches 58 to 60 are gone");
  }

  @Test
  void shouldRefuseDamageAtTheEndOfASegmentThatIsNotTheLast() throws IOException {
    disk.damage(SECOND, (int) payload(52).offset() + 10, 4);

    assertRefused(SECOND, "batch 52 is not what was written, and segment 3 follows it");
    assertRepaired(51, "batches 52 to 60 are gone");
  }

  @Test
  void shouldRefuseAMissingSegment() throws IOException {
    disk.lose(SECOND);

    assertRefused(SECOND + " is damaged at offset 0: the file is missing");
    assertRepaired(26, "batches 27 to 60 are gone");
  }

  @Test
  void shouldRefuseAMissingFirstSegment() throws IOException {
    disk.lose(FIRST);

    assertRefused(FIRST + " is damaged at offset 0: the file is missing");
    assertRepaired(0, "batches 1 to 60 are gone");
  }

  @Test
  void shouldRefuseABadSegmentHeader() throws IOException {
    disk.damage(SECOND, 21, 4);
    disk.damage(SECOND, 2_048, 1);

    assertRefused(SECOND + " is damaged at offset 0: the segment's header is not what was written");
    assertRepaired(26, "batches 27 to 60 are gone");
  }

  @Test
  void shouldNotMindAHeaderOfWhichOneCopyIsGood() throws IOException {
    disk.damage(SECOND, 21, 4);
    disk.damage(THIRD, 2_050, 4);

    assertThat(log(disk).recover(new Replayed())).isEqualTo(new Recovered(0, 60, 1, 1, List.of()));
  }

  @Test
  void shouldSayThatTheLastBatchCannotBeToldWhenTheLastHeaderIsBad() throws IOException {
    disk.damage(THIRD, 21, 4);
    disk.damage(THIRD, 2_048, 1);

    assertRefused(THIRD + " is damaged at offset 0: the segment's header is not what was written");
    assertRepaired(
        52, "batches from 53 on are gone if there were any; the last one cannot be told");
  }

  @Test
  void shouldRefuseASegmentThatLostItsEnd() throws IOException {
    disk.cutOff(SECOND, (int) payload(50).offset() - Format.RECORD_HEADER_BYTES);

    assertRefused(THIRD, "batch 53 follows batch 49");
    assertRepaired(49, "batches 50 to 60 are gone");
  }

  @Test
  void shouldRefuseADamagedSnapshotWhoseBatchesAreGone() throws IOException {
    String name = snapshot(disk, 40);
    disk.damage(name, 5_000, 1);

    assertRefused(name + " is damaged at offset ", "a chunk of 700 bytes is not what was written");
    assertRepaired(0, "batches 1 to 60 are gone");
  }

  @Test
  void shouldUseTheBatchesWhenADamagedSnapshotIsNotNeeded() throws IOException {
    SimulatedFiles before = disk.copy(3);
    String name = snapshot(disk, 40);
    SimulatedFiles both = before;
    try (LogFile file = both.create(name)) {
      byte[] bytes = disk.content(name);
      bytes[100] ^= 1;
      file.write(0, bytes, 0, bytes.length);
    }
    Replayed replayed = new Replayed();

    Recovered recovered = log(both).recover(replayed);

    assertThat(recovered.lastIndex()).isEqualTo(60);
    assertThat(replayed.batches).hasSize(60);
    assertThat(recovered.notes()).singleElement().asString().contains(name + " is damaged");
  }

  private static String snapshot(SimulatedFiles files, long index) throws IOException {
    SimulatedLog log = log(files);
    log.recover(new Replayed());
    log.start(new Told());
    byte[] state = new byte[9_000];
    new Random(9).nextBytes(state);
    assertThat(log.snapshot(new BytesSnapshot(index, state, 700))).isNotCompletedExceptionally();
    while (log.snapshotNext()) {
      assertThat(log.stats().snapshotIndex()).isZero();
    }
    assertThat(log.stats().snapshotIndex()).isEqualTo(index);
    files.kill();
    return "snapshot-" + "0".repeat(14) + index + ".log";
  }

  /** A flipped bit anywhere is harmless, told, or refused; and what is refused can be repaired. */
  @Test
  void shouldNeverBeSilentlyWrongWhereverABitFlips() throws IOException {
    SimulatedFiles withSnapshot = disk.copy(1);
    snapshot(withSnapshot, 40);
    Seeds.forEach(
        4_000,
        seed -> {
          Random random = Seeds.random(seed);
          SimulatedFiles damaged = (random.nextBoolean() ? disk : withSnapshot).copy(seed);
          List<String> names =
              damaged.list().stream().filter(name -> !name.startsWith("spare-")).toList();
          String name = names.get(random.nextInt(names.size()));
          int size = damaged.content(name).length;
          int offset = random.nextInt(random.nextInt(4) == 0 ? 64 : size);
          damaged.damage(name, offset, 1 << random.nextInt(8));
          requireHarmlessToldOrRefused(damaged);
        });
  }

  private void requireHarmlessToldOrRefused(SimulatedFiles damaged) throws IOException {
    Replayed replayed = new Replayed();
    try {
      Recovered recovered = log(damaged).recover(replayed);
      assertThat(recovered.lastIndex() == 60 || !recovered.notes().isEmpty())
          .as("told that only %d were recovered", recovered.lastIndex())
          .isTrue();
    } catch (CorruptLogException e) {
      assertThat(e).hasMessageContaining("desaster journal repair");
      damaged.kill();
      JournalTool.Report report = JournalTool.repair(damaged);
      assertThat(report.lines()).last().asString().containsAnyOf("gone");
      damaged.kill();
      replayed = new Replayed();
      Recovered recovered = log(damaged).recover(replayed);
      assertThat(String.join("\n", report.lines()))
          .contains(" " + (recovered.lastIndex() + 1) + " ");
    }
    requireWritten(replayed);
  }

  private static void requireWritten(Replayed replayed) {
    for (BytesBatch batch : replayed.batches) {
      byte[] written = BytesBatch.of(batch.header().index(), 1_000).payload();
      assertThat(Arrays.equals(batch.payload(), written)).isTrue();
    }
  }

  private void assertRefused(String... parts) throws IOException {
    byte[] before = all(disk);
    assertThatThrownBy(() -> log(disk).recover(new Replayed()))
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContainingAll(parts)
        .hasMessageContaining("desaster journal repair");
    assertThat(all(disk)).as("a refusal changes nothing").isEqualTo(before);
    JournalTool.Report report = JournalTool.check(disk);
    assertThat(report.sound()).isFalse();
    assertThat(report.lines()).last().asString().contains(parts);
  }

  private void assertRepaired(long lastIndex, String gone) throws IOException {
    disk.kill();
    assertThat(JournalTool.repair(disk).lines()).last().isEqualTo(gone);
    disk.powerLoss();
    Replayed replayed = new Replayed();
    SimulatedLog log = log(disk);
    assertThat(log.recover(replayed).lastIndex()).isEqualTo(lastIndex);
    requireWritten(replayed);
    log.start(new Told());
    append(log, (int) lastIndex + 1, (int) lastIndex + 40);
    disk.powerLoss();
    assertThat(log(disk).recover(new Replayed()).lastIndex()).isEqualTo(lastIndex + 40);
    assertThat(JournalTool.check(disk).sound()).isTrue();
  }

  private static byte[] all(SimulatedFiles files) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String name : files.list()) {
      all.writeBytes(name.getBytes(StandardCharsets.UTF_8));
      all.writeBytes(files.content(name));
    }
    return all.toByteArray();
  }

  @Test
  void shouldDumpBatchesAndWhatIsInDoubt() throws IOException {
    disk.damage(THIRD, (int) payload(60).offset() + 999, 1);
    ByteArrayOutputStream text = new ByteArrayOutputStream();

    JournalTool.Report report =
        JournalTool.dump(
            disk, new FirstByte(), new PrintStream(text, true, StandardCharsets.UTF_8));

    String dump = text.toString(StandardCharsets.UTF_8);
    Matcher lines = Pattern.compile("(?m)^ +(\\d+): ").matcher(dump);
    long expected = 0;
    while (lines.find()) {
      assertThat(Long.parseLong(lines.group(1))).isEqualTo(++expected);
    }
    assertThat(expected).isEqualTo(60);
    assertThat(dump).contains("in doubt: /simulated/" + THIRD + " offset ").contains("batch 60");
    assertThat(report.sound()).isTrue();
    assertThat(String.join("\n", report.lines()))
        .contains("batch 60 is not what was written (CRC) and is in doubt; the next start cuts it");
  }

  private static final class FirstByte implements JournalTool.EventPrinter {
    @Override
    public void batch(BatchHeader header, Input payload, PrintStream out) {
      out.println("  " + header.index() + ": " + payload.readByte());
    }

    @Override
    public void snapshotChunk(long index, Input chunk, PrintStream out) {
      out.println("  chunk of " + chunk.remaining());
    }
  }
}
