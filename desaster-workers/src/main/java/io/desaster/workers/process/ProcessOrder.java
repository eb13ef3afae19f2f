/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import io.desaster.api.job.Limits;
import io.desaster.api.spi.AttemptOrder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** An attempt together with the process it is; knows its form for the launcher. */
record ProcessOrder(AttemptOrder attempt, ProcessSpec process, long outputBytesMax) {

  AttemptKey key() {
    return new AttemptKey(attempt.job(), attempt.attempt());
  }

  long outputLimit() {
    long own = attempt.limits().outputBytes();
    return own > 0 ? own : outputBytesMax;
  }

  boolean niced() {
    return attempt.limits().nice() != Limits.NO_NICE;
  }

  String cwd() {
    return process.cwd().isEmpty() ? "/" : process.cwd();
  }

  /** What the job finds in its environment besides the launcher's. */
  Map<String, String> environment(Path progress) {
    Map<String, String> env = new LinkedHashMap<>(process.env());
    env.put("DESASTER_JOB_ID", attempt.job().toString());
    env.put("DESASTER_ATTEMPT", Integer.toString(attempt.attempt()));
    env.put("DESASTER_EPOCH", Long.toString(attempt.epoch()));
    env.put("DESASTER_QUEUE", attempt.queue());
    env.put("DESASTER_KEY", attempt.key());
    env.put("DESASTER_PROGRESS", progress.toString());
    return env;
  }

  /** Fields {@code key=value}, each ended by NUL; the bytes of stdin come last. */
  byte[] encode(Path progress) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512 + process.stdin().length);
    put(bytes, "job", attempt.job().toString());
    put(bytes, "attempt", Integer.toString(attempt.attempt()));
    process.argv().forEach(argument -> put(bytes, "arg", argument));
    environment(progress).forEach((name, value) -> put(bytes, "env", name + "=" + value));
    put(bytes, "cwd", cwd());
    if (!process.user().isEmpty()) {
      put(bytes, "user", process.user());
    }
    if (process.umask() != ProcessSpec.NO_UMASK) {
      put(bytes, "umask", Integer.toOctalString(process.umask()));
    }
    putNumber(bytes, "timeout", attempt.timeoutMillis());
    putNumber(bytes, "grace", attempt.graceMillis());
    putNumber(bytes, "memory", attempt.limits().memoryBytes());
    putNumber(bytes, "cpu", attempt.limits().cpuMillis());
    putNumber(bytes, "output", outputLimit());
    if (niced()) {
      put(bytes, "nice", Integer.toString(attempt.limits().nice()));
    }
    putNumber(bytes, "stdin", process.stdin().length);
    bytes.writeBytes(process.stdin());
    return bytes.toByteArray();
  }

  private static void putNumber(ByteArrayOutputStream bytes, String key, long value) {
    if (value > 0) {
      put(bytes, key, Long.toString(value));
    }
  }

  private static void put(ByteArrayOutputStream bytes, String key, String value) {
    bytes.writeBytes((key + "=" + value).getBytes(StandardCharsets.UTF_8));
    bytes.write(0);
  }
}
