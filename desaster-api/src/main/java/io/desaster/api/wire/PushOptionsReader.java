/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.job.Durations;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Limits;
import io.desaster.api.job.OnLost;
import io.desaster.api.job.RetryPolicy;
import io.desaster.api.queue.Sizes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Takes the options of one push in turn. */
final class PushOptionsReader {
  private final JobSpec.Builder spec;
  private RetryPolicy retry;
  private Limits limits;
  private boolean fullReply;

  PushOptionsReader(JobSpec.Builder spec) {
    this.spec = spec;
  }

  /**
   * @throws IllegalArgumentException naming option, value, and what is possible
   */
  void read(PushOption option, byte[] value) {
    if (option == PushOption.ID) {
      spec.id(WireIds.read(value));
      return;
    }
    String text = text(option, value);
    try {
      take(option, text);
    } catch (NumberFormatException e) {
      throw wrong(option, text, "", e);
    } catch (IllegalArgumentException e) {
      throw wrong(option, text, ": " + e.getMessage(), e);
    }
  }

  private static IllegalArgumentException wrong(
      PushOption option, String text, String why, Exception cause) {
    return new IllegalArgumentException(
        "option " + option.text() + " takes " + option.possible() + ", not '" + text + "'" + why,
        cause);
  }

  private void take(PushOption option, String text) {
    switch (option) {
      case ID -> spec.id(text);
      case KEY -> spec.key(text);
      case FLOW -> spec.flow(text);
      case PRIORITY -> spec.priority(Integer.parseInt(text));
      case COST -> spec.cost(Double.parseDouble(text));
      case ESTIMATE -> spec.estimate(Durations.parse(text));
      case AT -> spec.at(Times.parse(text));
      case DELAY -> spec.delay(Durations.parse(text));
      case TTL -> spec.ttl(Durations.parse(text));
      case DEADLINE -> spec.deadline(Durations.parse(text));
      case TIMEOUT -> spec.timeout(Durations.parse(text));
      case GRACE -> spec.grace(Durations.parse(text));
      case RETRY, RETRY_BASE, RETRY_FACTOR, RETRY_CAP, RETRY_JITTER, NEVER_ON ->
          retry = retry(option, text);
      case LABEL -> spec.label(text);
      case NODE -> spec.node(text);
      case AFTER -> spec.after(words(text).stream().map(JobId::parse).toList());
      case ON_LOST -> spec.onLost(word(OnLost.class, text));
      case LIMIT -> spec.limit(text);
      case TAGS -> spec.tags(words(text));
      case HOOK -> spec.hook(text);
      case MEMORY, CPU, OUTPUT, NICE -> limits = limits(option, text);
      case REPLY -> fullReply = word(Reply.class, text) == Reply.FULL;
      default -> throw new IllegalStateException("option " + option + " is not read");
    }
  }

  private RetryPolicy retry(PushOption option, String text) {
    RetryPolicy old = retry == null ? RetryPolicy.DEFAULT : retry;
    return new RetryPolicy(
        option == PushOption.RETRY ? Integer.parseInt(text) : old.maxAttempts(),
        option == PushOption.RETRY_BASE ? Durations.parse(text) : old.base(),
        option == PushOption.RETRY_FACTOR ? Double.parseDouble(text) : old.factor(),
        option == PushOption.RETRY_CAP ? Durations.parse(text) : old.cap(),
        option == PushOption.RETRY_JITTER ? Double.parseDouble(text) : old.jitter(),
        option == PushOption.NEVER_ON
            ? words(text).stream().map(Integer::valueOf).toList()
            : old.neverOn());
  }

  private Limits limits(PushOption option, String text) {
    Limits old = limits == null ? Limits.NONE : limits;
    return new Limits(
        option == PushOption.MEMORY ? size(text) : old.memoryBytes(),
        option == PushOption.CPU ? Durations.parse(text).toMillis() : old.cpuMillis(),
        option == PushOption.OUTPUT ? size(text) : old.outputBytes(),
        option == PushOption.NICE ? Integer.parseInt(text) : old.nice());
  }

  boolean fullReply() {
    return fullReply;
  }

  JobSpec build() {
    if (retry != null) {
      spec.retry(retry);
    }
    if (limits != null) {
      spec.limits(limits);
    }
    return spec.build();
  }

  private static String text(PushOption option, byte[] value) {
    for (byte b : value) {
      if (b < 0) {
        return decode(option, value);
      }
    }
    return new String(value, StandardCharsets.ISO_8859_1);
  }

  private static String decode(PushOption option, byte[] value) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "option " + option.text() + " has a value that is not UTF-8; send texts as UTF-8", e);
    }
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      String trimmed = word.strip();
      if (!trimmed.isEmpty()) {
        words.add(trimmed);
      }
    }
    return words;
  }

  private static <E extends Enum<E>> E word(Class<E> type, String text) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("there is no such word");
  }

  private static long size(String text) {
    long size = Sizes.parse(text);
    if (size < 0) {
      throw new IllegalArgumentException("a size is not negative");
    }
    return size;
  }

  private enum Reply {
    ID,
    FULL
  }
}
