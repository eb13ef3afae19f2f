/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.RemoteWork;
import io.desaster.api.spi.Worker;
import java.util.Map;

/** What remote workers and readers of output get. */
public final class WorkFields {
  private WorkFields() {}

  /** The fields of an order for a remote worker. */
  public static Map<String, Object> of(RemoteWork.Taken taken) {
    return new FieldsWriter()
        .bytes("job", WireIds.write(taken.job()))
        .number("attempt", taken.attempt())
        .number("epoch", taken.epoch())
        .text("queue", taken.queue())
        .number("timeout-ms", taken.timeoutMillis())
        .number("lease-ms", taken.leaseMillis())
        .bytes("payload", taken.payload())
        .fields();
  }

  public static RemoteWork.Taken readTaken(Object reply) {
    Fields in = Fields.of(reply);
    return new RemoteWork.Taken(
        in.requireId("job"),
        in.count("attempt"),
        in.number("epoch"),
        in.text("queue"),
        in.bytes("payload"),
        in.number("timeout-ms"),
        in.number("lease-ms"));
  }

  /** The fields of an attempt that shall be ended. */
  public static Map<String, Object> of(RemoteWork.Running running) {
    return new FieldsWriter()
        .text("job", running.job().toString())
        .number("attempt", running.attempt())
        .fields();
  }

  public static RemoteWork.Running readRunning(Object reply) {
    Fields in = Fields.of(reply);
    return new RemoteWork.Running(in.requireId("job"), in.count("attempt"));
  }

  /** The fields of a piece of output; without a hole there is no {@code dropped-…}. */
  public static Map<String, Object> of(Worker.Output output) {
    FieldsWriter out =
        new FieldsWriter().number("offset", output.offset()).number("size", output.size());
    if (output.droppedFrom() >= 0) {
      out.number("dropped-from", output.droppedFrom()).number("dropped-to", output.droppedTo());
    }
    return out.flag("complete", output.complete()).bytes("bytes", output.bytes()).fields();
  }

  public static Worker.Output readOutput(Object reply) {
    Fields in = Fields.of(reply);
    boolean hole = in.has("dropped-from");
    return new Worker.Output(
        in.number("offset"),
        in.bytes("bytes"),
        in.number("size"),
        hole ? in.number("dropped-from") : -1,
        hole ? in.number("dropped-to") : -1,
        in.flag("complete"));
  }
}
