/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.job.JobOptions;
import io.desaster.api.job.JobSpec;
import io.desaster.core.state.JobRecord;
import java.nio.charset.StandardCharsets;

/**
 * Runs a job's hook when it has failed for good: a shell job in queue {@code hooks}. What failed is
 * handed over in its environment, never in the command.
 */
final class FailureHook {
  static final String QUEUE = "hooks";

  private FailureHook() {}

  static void submit(Turn turn, JobRecord failed) {
    String payload =
        "{\"command\":"
            + quoted(failed.options().hook())
            + ",\"env\":{\"DESASTER_FAILED_JOB\":"
            + quoted(failed.id().toString())
            + ",\"DESASTER_FAILED_QUEUE\":"
            + quoted(turn.queueOf(failed).record().name())
            + ",\"DESASTER_FAILED_REASON\":"
            + quoted(failed.course().reason())
            + "}}";
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    JobSpec spec = new JobSpec(null, QUEUE, "shell", bytes, JobOptions.DEFAULT);
    Submitting.submit(turn, spec, Reply.none());
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < 0x20) {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
