/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api;

import io.desaster.api.queue.CoolDownEntry;
import io.desaster.api.queue.QueueInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Queues and their cool-downs. Settings are options as {@code QueueSettings} names them. */
public interface Queues {

  /** Makes a queue; EXISTS if there is one of that name. */
  CompletionStage<QueueInfo> create(String name, String kind, Map<String, String> options);

  /** Changes settings, all or none of them. */
  CompletionStage<QueueInfo> set(String name, Map<String, String> options);

  CompletionStage<Optional<QueueInfo>> find(String name);

  /** All queues by name. */
  CompletionStage<List<QueueInfo>> list();

  /**
   * Starts nothing more from it until it is resumed, or until the given time; INVALID if that is
   * not to come.
   */
  CompletionStage<QueueInfo> pause(String name, String by, String why, Optional<Instant> until);

  CompletionStage<QueueInfo> resume(String name, String by);

  /** Takes no new jobs and finishes those it has; {@code false} takes jobs again. */
  CompletionStage<QueueInfo> drain(String name, boolean draining, String by);

  CompletionStage<QueueInfo> rename(String name, String newName);

  /**
   * Removes the queue.
   *
   * @param into queue that takes its waiting jobs; empty: STATE if it has any jobs that are not
   *     finished
   */
  CompletionStage<Void> destroy(String name, Optional<String> into);

  /** Cancels all that waits in it; the answer is their number. */
  CompletionStage<Long> purge(String name, String by);

  /** Lets a pool (by name or label) serve the queue. */
  CompletionStage<QueueInfo> attach(String name, String pool);

  /** Lets a pool no longer serve the queue; running attempts go on. */
  CompletionStage<QueueInfo> detach(String name, String pool);

  /** Blocked keys; an empty queue name lists those of all queues. */
  CompletionStage<List<CoolDownEntry>> coolDowns(String queue);

  /** Frees a key, or all keys of a queue if {@code key} is empty; the answer is their number. */
  CompletionStage<Long> clearCoolDowns(String queue, String key);
}
