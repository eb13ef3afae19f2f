/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.audit.AuditEntry;
import io.desaster.core.audit.Audit;
import io.desaster.core.audit.AuditLevel;
import io.desaster.daemon.resp.WireClient.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server tells the audit log. */
class AuditTest {
  private static final GroupKeys SECRET = GroupKeys.of(List.of("secret"));

  /** Keeps entries in memory. */
  private static final class Kept implements Audit {
    private final AuditLevel level;
    private final List<AuditEntry> entries = new CopyOnWriteArrayList<>();

    Kept(AuditLevel level) {
      this.level = level;
    }

    @Override
    public boolean keeps(AuditLevel wanted) {
      return wanted != AuditLevel.OFF && wanted.compareTo(level) <= 0;
    }

    @Override
    public void add(AuditEntry entry) {
      entries.add(entry);
    }
  }

  private final Kept kept = new Kept(AuditLevel.CHANGES);

  private ServerFixture server(Kept audit) throws Exception {
    return new ServerFixture(RespOptions.local(0), FixedOwners.OWN, audit);
  }

  private static String line(AuditEntry entry) {
    return entry.verb() + ' ' + entry.target() + ' ' + entry.arguments() + ' ' + entry.outcome();
  }

  @Test
  void shouldTellWhoChangedWhatAndFromWhere() throws Exception {
    try (ServerFixture fixture = server(kept);
        WireClient client = fixture.client()) {
      client.call("CLIENT", "SETNAME", "console");
      String address = (String) client.call("CLIENT", "INFO");
      fixture.verbs.release("mail");
      client.call("TEST", "WRITE", "mail");

      assertThat(kept.entries).hasSize(1);
      AuditEntry entry = kept.entries.get(0);
      assertThat(line(entry)).isEqualTo("TEST WRITE mail [] ok");
      assertThat(entry.who()).isEqualTo(new UserNames(Path.of("/etc/passwd")).of(1_000));
      assertThat(entry.name()).isEqualTo("console");
      assertThat(address).contains("addr=" + entry.from() + " ");
    }
  }

  @Test
  void shouldTellOfARefusedChangeWithItsCode() throws Exception {
    try (ServerFixture fixture = server(kept);
        WireClient client = fixture.client()) {
      client.call("TEST", "GATHER", "");

      assertThat(kept.entries).hasSize(1);
      assertThat(line(kept.entries.get(0))).isEqualTo("TEST GATHER  [] INVALID");
      assertThat(kept.entries.get(0).message()).isEqualTo("value must not be empty");
    }
  }

  @Test
  void shouldTellNeitherOfReadsNorOfWhatHasNoForm() throws Exception {
    try (ServerFixture fixture = server(kept);
        WireClient client = fixture.client()) {
      client.call("TEST", "TYPES");
      client.call("TEST", "WRITE");
      client.call("PING");
      client.call("NONSENSE");

      assertThat(kept.entries).isEmpty();
    }
  }

  @Test
  void shouldTellOfWrongKeysButNotWhatTheyWere() throws Exception {
    try (ServerFixture fixture =
            new ServerFixture(RespOptions.local(0).withKeys(SECRET), FixedOwners.OTHER, kept);
        WireClient client = fixture.client()) {
      client.call("AUTH", "guess");
      client.call("HELLO", "3", "AUTH", "default", "guesses", "SETNAME", "guess");
      client.call("AUTH", "default", "secret");

      assertThat(kept.entries)
          .extracting(AuditTest::line)
          .containsExactly(
              "AUTH <5 bytes> [] WRONGPASS",
              "HELLO 3 [AUTH, <7 bytes>, <7 bytes>, <7 bytes>, <5 bytes>] WRONGPASS");
      assertThat(kept.entries).noneMatch(entry -> entry.toString().contains("guess"));
    }
  }

  @Test
  void shouldWriteDownOnlySoManyGuesses() throws Exception {
    try (ServerFixture fixture =
            new ServerFixture(RespOptions.local(0).withKeys(SECRET), FixedOwners.OTHER, kept);
        WireClient client = fixture.client()) {
      for (int i = 0; i < 50; i++) {
        client.call("AUTH", "guess");
      }

      assertThat(kept.entries).hasSizeBetween(10, 40);
    }
  }

  @Test
  void shouldTellOfFrequentVerbsOnlyIfAllAreWanted() throws Exception {
    Kept all = new Kept(AuditLevel.ALL);
    for (Kept audit : List.of(kept, all)) {
      try (ServerFixture fixture = server(audit);
          WireClient client = fixture.client()) {
        client.call("TEST", "PUSH", "a", "secret");
        client.call("TEST", "PUSH", "b", "secret");
      }
    }

    assertThat(kept.entries).isEmpty();
    assertThat(all.entries)
        .extracting(AuditTest::line)
        .containsExactly("TEST PUSH a [<6 bytes>] ok", "TEST PUSH b [<6 bytes>] ok");
  }

  @Test
  void shouldTellWhatIsAnsweredAfterItsClientLeft() throws Exception {
    try (ServerFixture fixture = server(kept)) {
      try (WireClient client = fixture.client()) {
        client.send("TEST", "WRITE", "mail");
        fixture.awaitBegun("mail");
      }
      fixture.awaitClosed(CloseReason.CLIENT, 1);
      assertThat(kept.entries).isEmpty();
      fixture.verbs.release("mail");

      assertThat(kept.entries).extracting(AuditTest::line).containsExactly("TEST WRITE mail [] ok");
    }
  }

  @Test
  void shouldCutWhatIsLongOrMany() throws Exception {
    try (ServerFixture fixture = server(kept);
        WireClient client = fixture.client()) {
      fixture.verbs.release("many");
      String[] words = new String[40];
      Arrays.fill(words, "w".repeat(2_000));
      words[0] = "TEST";
      words[1] = "MANY";
      words[2] = "FILTER";
      words[3] = "é".repeat(300);
      words[38] = "BY";
      words[39] = "ada";
      Object answer = client.call(words);

      assertThat(answer).isNotInstanceOf(Failure.class);
      AuditEntry entry = kept.entries.get(0);
      assertThat(entry.by()).isEqualTo("ada");
      assertThat(entry.target()).isEqualTo("FILTER " + "é".repeat(256) + "… (300 characters)");
      assertThat(entry.arguments()).hasSize(31).endsWith("… (6 more)");
      assertThat(entry.arguments().get(0)).isEqualTo("w".repeat(128) + "… (2000 bytes)");
    }
  }

  @TempDir Path dir;

  @Test
  void shouldNameUsersAsTheHostDoes() throws Exception {
    Path file = dir.resolve("passwd");
    Files.writeString(file, "root:x:0:0:root:/root:/bin/sh\nada:x:1000:100::/:/bin/sh\nbad line\n");
    UserNames names = new UserNames(file);

    assertThat(names.knows(1_000)).isFalse();
    assertThat(names.of(1_000)).isEqualTo("ada");
    assertThat(names.knows(1_000)).isTrue();
    assertThat(names.of(0)).isEqualTo("root");
    assertThat(names.of(100)).isEqualTo("uid 100");
    assertThat(new UserNames(dir.resolve("none")).of(7)).isEqualTo("uid 7");
  }
}
