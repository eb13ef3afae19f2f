/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobOptions;
import io.desaster.api.job.Limits;
import io.desaster.api.job.OnLost;
import io.desaster.api.job.RetryPolicy;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Job options as bytes: a bit set says which differ from the default, then those follow. To add
 * one, take the next bit: records written before do not have it set.
 */
public final class OptionsCodec {
  private static final int KEY = 1;
  private static final int FLOW = 1 << 1;
  private static final int PRIORITY = 1 << 2;
  private static final int COST = 1 << 3;
  private static final int ESTIMATE = 1 << 4;
  private static final int AT = 1 << 5;
  private static final int DELAY = 1 << 6;
  private static final int TTL = 1 << 7;
  private static final int DEADLINE = 1 << 8;
  private static final int TIMEOUT = 1 << 9;
  private static final int GRACE = 1 << 10;
  private static final int RETRY = 1 << 11;
  private static final int LABEL = 1 << 12;
  private static final int NODE = 1 << 13;
  private static final int AFTER = 1 << 14;
  private static final int ON_LOST = 1 << 15;
  private static final int LIMIT = 1 << 16;
  private static final int TAGS = 1 << 17;
  private static final int HOOK = 1 << 18;
  private static final int LIMITS = 1 << 19;
  private static final OnLost[] ON_LOSTS = OnLost.values();

  private OptionsCodec() {}

  public static void encode(JobOptions options, Output out) {
    int present = options == JobOptions.DEFAULT ? 0 : present(options);
    out.writeVarint(present);
    if (present == 0) {
      return;
    }
    text(present, KEY, options.key(), out);
    text(present, FLOW, options.flow(), out);
    number(present, PRIORITY, options.priority(), out);
    if ((present & COST) != 0) {
      out.writeDouble(options.cost());
    }
    number(present, ESTIMATE, options.estimateMillis(), out);
    number(present, AT, options.atMillis(), out);
    number(present, DELAY, options.delayMillis(), out);
    number(present, TTL, options.ttlMillis(), out);
    number(present, DEADLINE, options.deadlineMillis(), out);
    number(present, TIMEOUT, options.timeoutMillis(), out);
    number(present, GRACE, options.graceMillis(), out);
    if ((present & RETRY) != 0) {
      encodeRetry(options.retry(), out);
    }
    text(present, LABEL, options.label(), out);
    text(present, NODE, options.node(), out);
    if ((present & AFTER) != 0) {
      out.writeVarint(options.after().size());
      for (JobId id : options.after()) {
        out.writeLong(id.high());
        out.writeLong(id.low());
      }
    }
    if ((present & ON_LOST) != 0) {
      out.writeByte(options.onLost().ordinal());
    }
    text(present, LIMIT, options.limit(), out);
    if ((present & TAGS) != 0) {
      out.writeVarint(options.tags().size());
      options.tags().forEach(out::writeString);
    }
    text(present, HOOK, options.hook(), out);
    if ((present & LIMITS) != 0) {
      encodeLimits(options.limits(), out);
    }
  }

  private static int present(JobOptions options) {
    JobOptions usual = JobOptions.DEFAULT;
    return bit(KEY, !options.key().isEmpty())
        | bit(FLOW, !options.flow().isEmpty())
        | bit(PRIORITY, options.priority() != usual.priority())
        | bit(COST, options.cost() != usual.cost())
        | bit(ESTIMATE, options.estimateMillis() != 0)
        | bit(AT, options.atMillis() != 0)
        | bit(DELAY, options.delayMillis() != 0)
        | bit(TTL, options.ttlMillis() != 0)
        | bit(DEADLINE, options.deadlineMillis() != 0)
        | bit(TIMEOUT, options.timeoutMillis() != 0)
        | bit(GRACE, options.graceMillis() != 0)
        | bit(RETRY, options.retry() != null)
        | bit(LABEL, !options.label().isEmpty())
        | bit(NODE, !options.node().isEmpty())
        | bit(AFTER, !options.after().isEmpty())
        | bit(ON_LOST, options.onLost() != null)
        | bit(LIMIT, !options.limit().isEmpty())
        | bit(TAGS, !options.tags().isEmpty())
        | bit(HOOK, !options.hook().isEmpty())
        | bit(LIMITS, !options.limits().equals(usual.limits()));
  }

  private static int bit(int bit, boolean set) {
    return set ? bit : 0;
  }

  private static void text(int present, int bit, String text, Output out) {
    if ((present & bit) != 0) {
      out.writeString(text);
    }
  }

  private static void number(int present, int bit, long number, Output out) {
    if ((present & bit) != 0) {
      out.writeVarint(number);
    }
  }

  private static void encodeRetry(RetryPolicy retry, Output out) {
    out.writeVarint(retry.maxAttempts());
    out.writeVarint(retry.base().toMillis());
    out.writeDouble(retry.factor());
    out.writeVarint(retry.cap().toMillis());
    out.writeDouble(retry.jitter());
    out.writeVarint(retry.neverOn().size());
    retry.neverOn().forEach(out::writeSigned);
  }

  private static void encodeLimits(Limits limits, Output out) {
    out.writeSigned(limits.memoryBytes());
    out.writeSigned(limits.cpuMillis());
    out.writeSigned(limits.outputBytes());
    out.writeSigned(limits.nice());
  }

  public static JobOptions decode(Input in) {
    int present = in.readVarint32();
    if (present == 0) {
      return JobOptions.DEFAULT;
    }
    return new JobOptions(
        text(present, KEY, in),
        text(present, FLOW, in),
        (present & PRIORITY) != 0 ? in.readVarint32() : JobOptions.PRIORITY_DEFAULT,
        (present & COST) != 0 ? in.readDouble() : 1,
        number(present, ESTIMATE, in),
        number(present, AT, in),
        number(present, DELAY, in),
        number(present, TTL, in),
        number(present, DEADLINE, in),
        number(present, TIMEOUT, in),
        number(present, GRACE, in),
        (present & RETRY) != 0 ? decodeRetry(in) : null,
        text(present, LABEL, in),
        text(present, NODE, in),
        (present & AFTER) != 0 ? decodeIds(in) : List.of(),
        (present & ON_LOST) != 0 ? ON_LOSTS[in.readByte()] : null,
        text(present, LIMIT, in),
        (present & TAGS) != 0 ? decodeTexts(in) : List.of(),
        text(present, HOOK, in),
        (present & LIMITS) != 0 ? decodeLimits(in) : Limits.NONE);
  }

  private static String text(int present, int bit, Input in) {
    return (present & bit) != 0 ? in.readString() : "";
  }

  private static long number(int present, int bit, Input in) {
    return (present & bit) != 0 ? in.readVarint() : 0;
  }

  private static RetryPolicy decodeRetry(Input in) {
    int maxAttempts = in.readVarint32();
    Duration base = Duration.ofMillis(in.readVarint());
    double factor = in.readDouble();
    Duration cap = Duration.ofMillis(in.readVarint());
    double jitter = in.readDouble();
    int codes = in.readVarint32();
    List<Integer> neverOn = new ArrayList<>(codes);
    for (int i = 0; i < codes; i++) {
      neverOn.add((int) in.readSigned());
    }
    RetryPolicy retry = new RetryPolicy(maxAttempts, base, factor, cap, jitter, neverOn);
    return retry.equals(RetryPolicy.NONE) ? RetryPolicy.NONE : retry;
  }

  private static List<JobId> decodeIds(Input in) {
    int count = in.readVarint32();
    List<JobId> ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ids.add(new JobId(in.readLong(), in.readLong()));
    }
    return ids;
  }

  private static List<String> decodeTexts(Input in) {
    int count = in.readVarint32();
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(in.readString());
    }
    return texts;
  }

  private static Limits decodeLimits(Input in) {
    return new Limits(in.readSigned(), in.readSigned(), in.readSigned(), (int) in.readSigned());
  }
}
