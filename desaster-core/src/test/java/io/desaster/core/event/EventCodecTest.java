/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import io.desaster.core.state.Course;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.WorkerRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What stands in journals that exist must be read for ever, and is not written otherwise. */
class EventCodecTest {
  private static final long TIME = 1_764_000_000_000L;
  private static final JobId ID = JobId.of(TIME, 0x0123_4567_89AB_CDEFL, 0x0FED_CBA9_8765_4321L);

  private static JobRecord job() {
    JobSpec spec =
        JobSpec.of("test", "hello")
            .priority(2)
            .tags(List.of("a", "b"))
            .timeout(Duration.ofSeconds(9))
            .build();
    byte[] payload = "hello".getBytes(StandardCharsets.UTF_8);
    return JobRecord.submitted(
            ID, true, 3, payload, spec.options(), JobState.QUEUED, TIME, 300, TIME)
        .in(JobState.FAILED, 301, TIME + 5, Course.NEW.withReason("why"));
  }

  private static Map<Event, String> golden() {
    String job =
        "019ab697e8007def8fedcba98765432103360568656c6c6f84840802a846020161016280d0dfb4ab"
            + "33ad020a000000037768790000000000";
    Map<Event, String> golden = new LinkedHashMap<>();
    golden.put(new JobSubmitted(job()), "01" + job);
    golden.put(new JobRestored(job()), "0b" + job);
    golden.put(new JobRecalled(job()), "22" + job);
    golden.put(new ClockShifted(-5), "1b09");
    golden.put(new JobsMoved("shell"), "28057368656c6c");
    golden.put(
        new WorkerSet(new WorkerRecord("w1", 300, List.of("gpu"), List.of("mail"))),
        "30027731ac020103677075" + "01046d61696c");
    golden.put(JobsArchived.of(List.of(job())), "2101019ab697e8007def8fedcba987654321");
    return golden;
  }

  private static byte[] encode(Event event) {
    Output out = new Output(64);
    EventCodec.encode(event, out);
    return Arrays.copyOf(out.array(), out.size());
  }

  @Test
  void shouldWriteTheBytesThatItAlwaysWrote() {
    golden()
        .forEach(
            (event, bytes) ->
                assertThat(HexFormat.of().formatHex(encode(event)))
                    .as(event.getClass().getSimpleName())
                    .isEqualTo(bytes));
  }

  @Test
  void shouldReadWhatItWrote() {
    golden()
        .forEach(
            (event, bytes) -> {
              Event read = EventCodec.decode(new Input(HexFormat.of().parseHex(bytes)));

              assertThat(read).isInstanceOf(event.getClass());
              assertThat(HexFormat.of().formatHex(encode(read))).isEqualTo(bytes);
            });
  }

  @Test
  void shouldRefuseWhatANewerVersionWrote() {
    assertThatThrownBy(() -> EventCodec.decode(new Input(new byte[] {(byte) 0xE7, 0x07})))
        .hasMessageContaining("event type 999 is not known");
  }
}
