/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.event;

import io.desaster.api.job.Eta;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Something that happened and is committed, or that is expected.
 *
 * @param topic dotted name, for example {@code job.mail.running} (job, queue, state), {@code
 *     queue.mail.paused}, {@code node.web1.joined}, {@code eta.mail.ID}
 * @param subject id or name of what it happened to
 * @param fields details, all texts
 */
public record DesasterEvent(String topic, String subject, Instant at, Map<String, String> fields) {
  private static final String START_P50 = "start-p50";
  private static final String START_P90 = "start-p90";
  private static final String FINISH_P50 = "finish-p50";
  private static final String FINISH_P90 = "finish-p90";
  private static final String UNKNOWN = "eta-unknown";

  public DesasterEvent {
    fields = Map.copyOf(fields);
  }

  /**
   * What is expected of the job, if the topic is {@code eta.QUEUE.ID}; {@link Eta#NONE} of others.
   */
  public Eta eta() {
    return new Eta(
        time(START_P50),
        time(START_P90),
        time(FINISH_P50),
        time(FINISH_P90),
        fields.getOrDefault(UNKNOWN, ""));
  }

  private Optional<Instant> time(String name) {
    return Optional.ofNullable(fields.get(name)).map(Instant::parse);
  }

  /** How {@link #eta} stands in the fields; what is not known is missing. */
  public static Map<String, String> fieldsOf(Eta eta) {
    Map<String, String> fields = new TreeMap<>();
    eta.startP50().ifPresent(at -> fields.put(START_P50, at.toString()));
    eta.startP90().ifPresent(at -> fields.put(START_P90, at.toString()));
    eta.finishP50().ifPresent(at -> fields.put(FINISH_P50, at.toString()));
    eta.finishP90().ifPresent(at -> fields.put(FINISH_P90, at.toString()));
    if (!eta.unknown().isEmpty()) {
      fields.put(UNKNOWN, eta.unknown());
    }
    return fields;
  }
}
