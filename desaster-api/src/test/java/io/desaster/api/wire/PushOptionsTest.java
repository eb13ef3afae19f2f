/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobOptions;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.OnLost;
import io.desaster.api.job.RetryPolicy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PushOptionsTest {
  private static final byte[] PAYLOAD = {1, 2};

  @Test
  void shouldReadBackEveryOptionItWrote() {
    for (long seed = 0; seed < 2_000; seed++) {
      JobSpec spec = new RandomNouns(seed).spec();
      byte[][] arguments = bytes(PushOptions.write(spec));

      JobSpec read =
          PushOptions.parse(spec.queue(), spec.kind(), spec.payload(), arguments, 0).spec();

      assertThat(read).as("seed " + seed).isEqualTo(spec);
    }
  }

  @Test
  void shouldKeepThePlainPushPlain() {
    Push push = PushOptions.parse("", "shell", PAYLOAD, new byte[0][], 0);

    assertThat(push.spec().options()).isSameAs(JobOptions.DEFAULT);
    assertThat(push.spec().queue()).isEqualTo("shell");
    assertThat(push.spec().id()).isNull();
    assertThat(push.fullReply()).isFalse();
    assertThat(PushOptions.write(push.spec())).isEmpty();
  }

  @Test
  void shouldReadNamesInEitherCaseFromThePlaceGiven() {
    Push push =
        parse(1, "skipped", "ID", "import-7", "On-Lost", "FAIL", "tags", "a, b,", "REPLY", "full");

    assertThat(push.spec().id()).isEqualTo(JobId.parse("import-7"));
    assertThat(push.spec().options().onLost()).isEqualTo(OnLost.FAIL);
    assertThat(push.spec().options().tags()).containsExactly("a", "b");
    assertThat(push.fullReply()).isTrue();
  }

  @Test
  void shouldTakeWhatIsNotGivenOfARetryPolicyFromTheDefault() {
    RetryPolicy retry = parse(0, "retry", "3", "never-on", "2,4").spec().options().retry();

    assertThat(retry.maxAttempts()).isEqualTo(3);
    assertThat(retry.neverOn()).containsExactly(2, 4);
    assertThat(retry.base()).isEqualTo(RetryPolicy.DEFAULT.base());
    assertThat(parse(0, "ttl", "1h").spec().options().retry()).isNull();
  }

  @Test
  void shouldFindEveryOptionByItsName() {
    for (PushOption option : PushOption.values()) {
      assertThat(PushOption.find(option.text().getBytes(StandardCharsets.US_ASCII)))
          .isSameAs(option);
    }
    assertThat(PushOption.find(new byte[0])).isNull();
    assertThat(PushOption.find("keyy".getBytes(StandardCharsets.US_ASCII))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "priority|9|priority must be 0 (best) to 7, not 9",
        "priority|high|option priority takes 0 (best) to 7, not 'high'",
        "cost|-1|cost must be a number of at least 0, not -1.0",
        "cost|much|option cost takes a number of at least 0, not 'much'",
        "delay|soon|option delay takes a duration, not 'soon': 'soon' is not a duration; write"
            + " 250ms, 90s, 15m, 2h, 7d or 1h30m",
        "at|-5|option at takes a time, not '-5': '-5' is not a time; write 2026-11-24T05:02:03Z,"
            + " 2026-11-24T07:02:03+02:00 or milliseconds since 1970",
        "retry|0|option retry takes the number of attempts, at least 1, not '0': retry: at least 1"
            + " attempt is needed, not 0",
        "never-on|1,x|option never-on takes exit codes with commas between, not '1,x'",
        "on-lost|cry|option on-lost takes rerun, wait or fail, not 'cry': there is no such word",
        "memory|-5|option memory takes a size such as 512M, not '-5': a size is not negative",
        "nice|20|option nice takes -20 to 19, not '20': nice must be -20 to 19, not 20",
        "id|''|a job id must not be empty",
      })
  void shouldNameOptionValueAndWhatIsPossible(String option, String value, String message) {
    assertThatThrownBy(() -> parse(0, option, value).spec())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void shouldNameTheOptionThatIsUnknownOrHasNoValueOrIsNotUtf8() {
    assertThatThrownBy(() -> parse(0, "prioritty", "1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "there is no push option 'prioritty'; options: id key flow priority cost estimate at");
    assertThatThrownBy(() -> parse(0, "ttl"))
        .hasMessage("option ttl has no value; it takes a duration");
    byte[][] arguments = {"key".getBytes(StandardCharsets.US_ASCII), {(byte) 0xff}};
    assertThatThrownBy(() -> PushOptions.parse("q", "shell", PAYLOAD, arguments, 0))
        .hasMessage("option key has a value that is not UTF-8; send texts as UTF-8");
  }

  @ParameterizedTest
  @CsvSource({"'a,b'", "''", "' a'"})
  void shouldRefuseTagsThatCouldNotBeWritten(String tag) {
    assertThatThrownBy(() -> JobSpec.of("shell", PAYLOAD).tags(List.of(tag)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a tag must be a word without commas and surrounding blanks, not '" + tag + "'");
  }

  private static Push parse(int first, String... arguments) {
    return PushOptions.parse("q", "shell", PAYLOAD, bytes(List.of(arguments)), first);
  }

  private static byte[][] bytes(List<String> texts) {
    return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }
}
