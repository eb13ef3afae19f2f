/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import io.desaster.api.queue.QueueInfo;
import io.desaster.api.queue.QueueSettings;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import io.desaster.core.scheduler.Turn;
import java.util.Map;

/** Changes settings of a queue, all or none. */
public record SetQueue(String name, Map<String, String> options, Reply<QueueInfo> reply)
    implements Command {
  @Override
  public void decide(Turn turn) {
    ChangeQueue.change(
        turn,
        name,
        reply,
        queue -> {
          QueueSettings settings = queue.settings();
          for (Map.Entry<String, String> option : options.entrySet()) {
            settings = settings.with(option.getKey(), option.getValue());
          }
          turn.requireDiscipline(settings.discipline());
          return queue.withSettings(settings);
        });
  }
}
