/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.queue.QueueInfo;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import java.util.ArrayList;
import java.util.List;

/** Lets a pool, named or by label, serve a queue or no longer serve it. */
public record AttachPool(String name, String pool, boolean attached, Reply<QueueInfo> reply)
    implements Command {
  @Override
  public void decide(Turn turn) {
    ChangeQueue.change(
        turn,
        name,
        reply,
        queue ->
            queue.withSettings(
                queue
                    .settings()
                    .with("attach", String.join(",", after(queue.settings().attach())))));
  }

  private List<String> after(List<String> before) {
    List<String> words = new ArrayList<>(before);
    String exclusion = "-" + pool;
    if (attached) {
      words.remove(exclusion);
      if (pool.equals("*") || !words.contains("*") && !words.contains(pool)) {
        words.remove(pool);
        words.add(pool);
      }
      return words;
    }
    if (pool.equals("*")) {
      return List.of();
    }
    words.remove(pool);
    if (words.contains("*") && !words.contains(exclusion)) {
      words.add(exclusion);
    }
    return words;
  }
}
