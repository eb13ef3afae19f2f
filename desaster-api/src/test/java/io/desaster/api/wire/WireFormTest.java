/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.api.job.Job;
import io.desaster.api.node.Series;
import io.desaster.api.node.Stats;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class WireFormTest {
  private static final int SEEDS = 300;

  @TestFactory
  List<DynamicTest> shouldReadBackWhatWasWrittenOverResp2AndResp3() {
    return List.of(
        roundTrip("job", RandomNouns::job, JobFields::of, JobFields::readJob),
        roundTrip("page", RandomNouns::page, JobFields::of, JobFields::readPage),
        roundTrip("submission", RandomNouns::submission, JobFields::of, JobFields::readSubmission),
        roundTrip("queue", RandomNouns::queue, QueueFields::of, QueueFields::readQueue),
        roundTrip("cool-down", RandomNouns::coolDown, QueueFields::of, QueueFields::readCoolDown),
        roundTrip("audit", RandomNouns::auditEntry, AuditFields::of, AuditFields::readEntry),
        roundTrip("node", RandomNouns::node, NodeFields::of, NodeFields::readNode),
        roundTrip("pool", RandomNouns::pool, NodeFields::of, NodeFields::readPool),
        roundTrip(
            "operation",
            RandomNouns::operation,
            OperationFields::of,
            OperationFields::readOperation),
        roundTrip("preview", RandomNouns::preview, TreeFields::of, TreeFields::readPreview),
        roundTrip("tree stats", RandomNouns::treeStats, TreeFields::of, TreeFields::readStats),
        roundTrip("tree", RandomNouns::tree, TreeFields::of, TreeFields::readTree),
        roundTrip("event", RandomNouns::event, EventFields::of, EventFields::readEvent),
        roundTrip("taken", RandomNouns::taken, WorkFields::of, WorkFields::readTaken),
        roundTrip("running", RandomNouns::running, WorkFields::of, WorkFields::readRunning),
        roundTrip("output", RandomNouns::output, WorkFields::of, WorkFields::readOutput));
  }

  private static <T> DynamicTest roundTrip(
      String name,
      Function<RandomNouns, T> make,
      Function<T, Map<String, Object>> write,
      Function<Object, T> read) {
    return DynamicTest.dynamicTest(
        name,
        () ->
            LongStream.range(0, SEEDS)
                .forEach(
                    seed -> {
                      T thing = make.apply(new RandomNouns(seed));
                      Map<String, Object> fields = write.apply(thing);
                      assertSame(seed, read.apply(fields), thing);
                      assertSame(seed, read.apply(resp2(fields)), thing);
                      assertSame(seed, read.apply(resp3(fields)), thing);
                    }));
  }

  private static void assertSame(long seed, Object actual, Object expected) {
    assertThat(actual)
        .as("seed " + seed)
        .usingRecursiveComparison()
        .withEqualsForType(Double::equals, Double.class)
        .isEqualTo(expected);
  }

  /**
   * As a RESP2 client gets it: flat arrays, numbers for booleans, bytes for texts and fractions.
   */
  private static Object resp2(Object value) {
    if (value instanceof Map<?, ?> map) {
      List<Object> flat = new ArrayList<>();
      map.forEach(
          (name, element) -> {
            flat.add(resp2(name));
            flat.add(resp2(element));
          });
      return flat;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(WireFormTest::resp2).toList();
    }
    if (value instanceof Boolean flag) {
      return flag ? 1L : 0L;
    }
    return value instanceof String || value instanceof Double
        ? value.toString().getBytes(StandardCharsets.UTF_8)
        : value;
  }

  /** As a RESP3 client gets it from a newer server: maps with fields that it does not know. */
  private static Object resp3(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> newer = new LinkedHashMap<>();
      newer.put("not-known-yet".getBytes(StandardCharsets.UTF_8), List.of(1L));
      map.forEach((name, element) -> newer.put(name, resp3(element)));
      return map.containsKey("topic") || isPlain(map) ? map : newer;
    }
    return value instanceof List<?> list ? list.stream().map(WireFormTest::resp3).toList() : value;
  }

  /** Details of an event are open: what is not known there is kept. */
  private static boolean isPlain(Map<?, ?> map) {
    return map.values().stream().allMatch(String.class::isInstance);
  }

  @Test
  void shouldNotCareWhatElseIsMissingFromAJobThanItsIdentity() {
    Job job = JobFields.readJob(Map.of("id", "a", "kind", "shell", "state", "queued"));

    assertThat(job.spec().queue()).isEqualTo("shell");
    assertThat(job.attempts()).isEmpty();
    assertThat(job.finishedAt()).isEmpty();
  }

  @Test
  void shouldNameTheFieldThatIsMissingOrNotKnown() {
    assertThatThrownBy(() -> JobFields.readJob(Map.of("kind", "shell")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("field 'id' is missing; there are [kind]");
    assertThatThrownBy(
            () -> JobFields.readJob(Map.of("id", "a", "kind", "shell", "state", "flying")))
        .hasMessage("field 'state' has the value 'flying', which this version does not know");
    assertThatThrownBy(() -> NodeFields.readPool(List.of("kind")))
        .hasMessage("a map of fields was expected, not a list of 1");
  }

  @Test
  void shouldReadHowLongAgoATimeWas() {
    Instant now = Instant.parse("2026-11-24T05:02:03Z");
    assertThat(Times.parseOrAgo("1h30m", now)).isEqualTo("2026-11-24T03:32:03Z");
    assertThat(Times.parseOrAgo("0s", now)).isEqualTo(now);
    assertThat(Times.parseOrAgo("1795496523000", now)).isEqualTo(now);
    assertThat(Times.parseOrAgo("2026-11-24T07:02:03+02:00", now)).isEqualTo(now);
    for (String wrong : List.of("", "soon", "1x", "-1h", "2026-11-24", "9999999999999w")) {
      assertThatThrownBy(() -> Times.parseOrAgo(wrong, now))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + wrong + "'");
    }
  }

  @Test
  void shouldReadBackHowANodeWent() {
    Stats stats =
        new Stats(
            "web1",
            Series.HOST_CPU,
            Instant.parse("2026-11-24T05:02:03Z"),
            Duration.ofSeconds(10),
            new double[] {0.25, Double.NaN, 1e12});

    Stats read = NodeFields.readStats(NodeFields.of(stats));

    assertThat(read.values()).containsExactly(stats.values());
    assertThat(read).usingRecursiveComparison().ignoringFields("values").isEqualTo(stats);
    assertThat(Json.write(NodeFields.of(stats)))
        .contains("\"series\":\"host-cpu\"", "\"values\":[0.25,null,1.0E12]");
    assertThatThrownBy(() -> Series.parse("hostcpu"))
        .hasMessage(
            "there is no series 'hostcpu'; nodes have cpu host-cpu rss load used slots ended"
                + " queued");
  }

  @Test
  void shouldWriteTimesWithMillisecondsAndReadWhatPeopleWrite() {
    assertThat(Times.write(Times.parse("2026-11-24T07:02:03+02:00")))
        .isEqualTo("2026-11-24T05:02:03.000Z");
    assertThat(Times.parse("1795496523000")).isEqualTo(Times.parse("2026-11-24T05:02:03Z"));
    for (String wrong :
        List.of("", "now", "2026-11-24", "99999999999999999999", "+999999999-01-01T00:00:00Z")) {
      assertThatThrownBy(() -> Times.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("'" + wrong + "' is not a time; write 2026-");
    }
  }

  @Test
  void shouldReadIdsAsJobIdDoes() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Job job = new RandomNouns(seed).job();
      byte[] bytes = WireIds.write(job.id());
      assertThat(new String(bytes, StandardCharsets.US_ASCII)).isEqualTo(job.id().toString());
      assertThat(WireIds.read(bytes)).isEqualTo(job.id());
    }
    for (String text :
        List.of(
            "x",
            "0193F0E5-7B4A-7C3D-9A1B-2C3D4E5F6071",
            "0193f0e5-7b4a-7c3d-9a1b-2c3d4e5f607g",
            "0193f0e57b4a-7c3d-9a1b-2c3d-4e5f6071",
            "0193f0e5----7b4a7c3d9a1b2c3d4e5f6071",
            "0193f0e5a7b4aa7c3da9a1ba2c3d4e5f6071")) {
      assertThat(WireIds.read(text.getBytes(StandardCharsets.UTF_8)))
          .isEqualTo(io.desaster.api.job.JobId.parse(text));
    }
  }

  @Test
  void shouldWriteJsonThatHidesNothing() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("text", "a \"b\"\\\n\u0001\ud83d\ude00");
    value.put("bytes", "ü".getBytes(StandardCharsets.UTF_8));
    value.put("binary", new byte[] {(byte) 0xff, 0});
    value.put("flag", true);
    value.put("list", List.of(1L, List.of(), Map.of()));

    assertThat(Json.write(value))
        .isEqualTo(
            "{\"text\":\"a \\\"b\\\"\\\\\\n\\u0001\\ud83d\\ude00\",\"bytes\":\"ü\","
                + "\"binary\":{\"base64\":\"/wA=\"},\"flag\":true,\"list\":[1,[],{}]}");
  }
}
