/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.api.audit.AuditEntry;
import io.desaster.api.audit.AuditQuery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  private static final Instant TIME = Instant.parse("2026-11-24T05:02:03.004Z");
  private static final long LARGE = 1 << 20;

  @TempDir Path dir;

  private AuditLog log(long bytesMax, int filesMax) {
    return new AuditLog(dir.resolve("audit"), "web1", AuditLevel.CHANGES, bytesMax, filesMax);
  }

  private static AuditEntry entry(String verb, String target) {
    return new AuditEntry(
        0,
        TIME,
        "",
        "ada",
        "bob",
        "console",
        "127.0.0.1:4711",
        verb,
        target,
        List.of("WHY", "a \"quoted\"\nline"),
        "ok",
        "");
  }

  private static List<AuditEntry> list(AuditLog log, AuditQuery query) throws Exception {
    return log.list(query).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static List<String> targets(AuditLog log, AuditQuery query) throws Exception {
    return list(log, query).stream().map(AuditEntry::target).toList();
  }

  @Test
  void shouldKeepEntriesOverARestartAndGoOnCounting() throws Exception {
    try (AuditLog log = log(LARGE, 2)) {
      log.add(entry("QUEUE PAUSE", "mail"));
      log.add(entry("QUEUE RESUME", "mail"));
      assertThat(list(log, AuditQuery.NEWEST))
          .containsExactly(
              entry("QUEUE PAUSE", "mail").at(1, "web1"),
              entry("QUEUE RESUME", "mail").at(2, "web1"));
    }
    try (AuditLog log = log(LARGE, 2)) {
      log.add(entry("JOB CANCEL", "j1"));
      assertThat(list(log, AuditQuery.NEWEST))
          .extracting(AuditEntry::number)
          .containsExactly(1L, 2L, 3L);
    }
  }

  @Test
  void shouldWriteOneLineOfJsonEachThatOnlyTheOwnerMayRead() throws Exception {
    try (AuditLog log = log(LARGE, 2)) {
      log.add(entry("QUEUE PAUSE", "mail"));
      list(log, AuditQuery.NEWEST);
    }

    Path file = dir.resolve("audit/audit.log");
    assertThat(Files.readString(file))
        .isEqualTo(
            "{\"number\":1,\"time\":\"2026-11-24T05:02:03.004Z\",\"node\":\"web1\",\"who\":\"ada\","
                + "\"by\":\"bob\",\"name\":\"console\",\"from\":\"127.0.0.1:4711\","
                + "\"verb\":\"QUEUE PAUSE\",\"target\":\"mail\","
                + "\"arguments\":[\"WHY\",\"a \\\"quoted\\\"\\nline\"],"
                + "\"outcome\":\"ok\",\"message\":\"\"}\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void shouldKeepTheNewestInFilesOfBoundedSizeAndNumber() throws Exception {
    int all = 60;
    try (AuditLog log = log(1_000, 3)) {
      for (int i = 1; i <= all; i++) {
        log.add(entry("JOB CANCEL", "j" + i));
        // So that each is written by itself.
        list(log, AuditQuery.NEWEST.withLimit(1));
      }
      List<AuditEntry> kept = list(log, AuditQuery.NEWEST);

      assertThat(kept).extracting(AuditEntry::number).isSorted().endsWith((long) all);
      assertThat(kept).hasSizeBetween(7, 14);
      assertThat(kept.get(0).number()).isEqualTo(all - kept.size() + 1);
    }
    try (Stream<Path> files = Files.list(dir.resolve("audit"))) {
      assertThat(files)
          .hasSize(3)
          .allSatisfy(file -> assertThat(Files.size(file)).isLessThanOrEqualTo(1_000))
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }

  @Test
  void shouldFindByTimeVerbPersonAndPlace() throws Exception {
    try (AuditLog log = log(LARGE, 2)) {
      log.add(entry("QUEUE PAUSE", "a"));
      log.add(entry("QUEUES", "b"));
      log.add(entry("QUEUE RESUME", "c"));
      log.add(entry("JOB CANCEL", "d"));

      assertThat(targets(log, AuditQuery.NEWEST.withVerb("queue"))).containsExactly("a", "c");
      assertThat(targets(log, AuditQuery.NEWEST.withVerb("Queue Resume"))).containsExactly("c");
      for (String who : List.of("ada", "bob", "console")) {
        assertThat(targets(log, AuditQuery.NEWEST.withWho(who))).hasSize(4);
      }
      assertThat(targets(log, AuditQuery.NEWEST.withWho("ad"))).isEmpty();
      assertThat(targets(log, AuditQuery.NEWEST.withSince(TIME))).hasSize(4);
      assertThat(targets(log, AuditQuery.NEWEST.withSince(TIME.plusMillis(1)))).isEmpty();
      assertThat(targets(log, AuditQuery.NEWEST.withAfter(2))).containsExactly("c", "d");
      assertThat(targets(log, AuditQuery.NEWEST.withLimit(2))).containsExactly("c", "d");
    }
  }

  @Test
  void shouldPassOverALineThatTheProcessDiedOver() throws Exception {
    try (AuditLog log = log(LARGE, 2)) {
      log.add(entry("QUEUE PAUSE", "mail"));
    }
    Path file = dir.resolve("audit/audit.log");
    Files.writeString(file, "{\"number\":2,\"time\":\"2026-", StandardOpenOption.APPEND);
    try (AuditLog log = log(LARGE, 2)) {
      log.add(entry("QUEUE RESUME", "mail"));

      assertThat(list(log, AuditQuery.NEWEST))
          .containsExactly(
              entry("QUEUE PAUSE", "mail").at(1, "web1"),
              entry("QUEUE RESUME", "mail").at(2, "web1"));
    }
    assertThat(Files.readAllLines(file)).hasSize(3);
  }

  @Test
  void shouldCountWhatItCannotWriteAndGoOnWhenItCan() throws Exception {
    Path directory = dir.resolve("audit");
    try (AuditLog log = log(LARGE, 2)) {
      log.add(entry("QUEUE PAUSE", "before"));
      list(log, AuditQuery.NEWEST);
      Files.delete(directory.resolve("audit.log"));
      Files.createDirectory(directory.resolve("audit.log"));
      log.add(entry("QUEUE PAUSE", "lost"));
      assertThatThrownBy(() -> list(log, AuditQuery.NEWEST))
          .hasMessageContaining("ERR")
          .hasMessageContaining(directory.toString());
      assertThat(log.lost()).isEqualTo(1);

      Files.delete(directory.resolve("audit.log"));
      log.add(entry("QUEUE PAUSE", "after"));

      assertThat(list(log, AuditQuery.NEWEST))
          .containsExactly(entry("QUEUE PAUSE", "after").at(3, "web1"));
      assertThat(log.lost()).isEqualTo(1);
    }
  }

  @Test
  void shouldGoOnInANewFileIfSomebodyTookItAway() throws Exception {
    Path directory = dir.resolve("audit");
    try (AuditLog log = log(LARGE, 2)) {
      log.add(entry("QUEUE PAUSE", "before"));
      list(log, AuditQuery.NEWEST);
      Files.move(directory.resolve("audit.log"), directory.resolve("taken"));
      log.add(entry("QUEUE PAUSE", "after"));

      assertThat(targets(log, AuditQuery.NEWEST)).containsExactly("after");
    }
  }

  @Test
  void shouldNeitherBlockNorForgetThatItLostWhatCameTooFast() throws Exception {
    int all = 200_000;
    try (AuditLog log = log(LARGE * 64, 2)) {
      CountDownLatch added = new CountDownLatch(2);
      for (int t = 0; t < 2; t++) {
        new Thread(
                () -> {
                  for (int i = 0; i < all / 2; i++) {
                    log.add(entry("QUEUE PUSH", "mail"));
                  }
                  added.countDown();
                })
            .start();
      }
      assertThat(added.await(60, TimeUnit.SECONDS)).isTrue();
      log.add(entry("QUEUE PAUSE", "last"));
      List<AuditEntry> last = list(log, AuditQuery.NEWEST.withLimit(1));

      long written;
      try (Stream<String> lines = Files.lines(dir.resolve("audit/audit.log"))) {
        written = lines.count();
      }
      assertThat(written + log.lost()).isEqualTo(all + 1);
      assertThat(last.get(0).number()).isLessThanOrEqualTo(all + 1);
    }
  }

  @Test
  void shouldMakeNoFilesBeforeTheFirstEntry() throws Exception {
    try (AuditLog log = log(LARGE, 2)) {
      assertThat(list(log, AuditQuery.NEWEST)).isEmpty();
    }
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void shouldTakeEntriesAndASecondEndAfterItsEnd() throws Exception {
    AuditLog log = log(LARGE, 2);
    log.add(entry("QUEUE PAUSE", "before"));
    log.close();
    log.add(entry("QUEUE PAUSE", "after"));
    log.close();

    assertThat(Files.readAllLines(dir.resolve("audit/audit.log")))
        .singleElement()
        .asString()
        .contains("before");
  }

  @Test
  void shouldKeepWhatItsLevelIncludes() {
    try (AuditLog log = log(LARGE, 2)) {
      assertThat(log.keeps(AuditLevel.CHANGES)).isTrue();
      assertThat(log.keeps(AuditLevel.ALL)).isFalse();
      assertThat(log.keeps(AuditLevel.OFF)).isFalse();
    }
  }
}
