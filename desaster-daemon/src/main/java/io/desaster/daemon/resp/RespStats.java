/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a server counts. May be read from any thread. */
public final class RespStats {
  final LongAdder connections = new LongAdder();
  final LongAdder commands = new LongAdder();
  final LongAdder errors = new LongAdder();
  final LongAdder authFailures = new LongAdder();
  final LongAdder received = new LongAdder();
  final LongAdder sent = new LongAdder();
  private final Map<CloseReason, LongAdder> closed = new EnumMap<>(CloseReason.class);

  RespStats() {
    for (CloseReason reason : CloseReason.values()) {
      closed.put(reason, new LongAdder());
    }
  }

  void closed(CloseReason reason) {
    closed.get(reason).increment();
  }

  /** Connections that ended for this reason. */
  public long closedFor(CloseReason reason) {
    return closed.get(reason).sum();
  }

  /** All counts by name. */
  public Map<String, Long> all() {
    Map<String, Long> all = new LinkedHashMap<>();
    all.put("total_connections_received", connections.sum());
    all.put("total_commands_processed", commands.sum());
    all.put("total_error_replies", errors.sum());
    all.put("auth_failures", authFailures.sum());
    all.put("total_net_input_bytes", received.sum());
    all.put("total_net_output_bytes", sent.sum());
    closed.forEach((reason, count) -> all.put("closed_" + reason.label(), count.sum()));
    return all;
  }
}
