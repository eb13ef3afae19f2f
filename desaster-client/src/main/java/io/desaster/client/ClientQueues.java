/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.Queues;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.queue.CoolDownEntry;
import io.desaster.api.queue.QueueInfo;
import io.desaster.api.wire.QueueFields;
import io.desaster.api.wire.Times;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** QUEUE and COOLDOWN. */
final class ClientQueues implements Queues {
  private final Asking asking;

  ClientQueues(Asking asking) {
    this.asking = asking;
  }

  @Override
  public CompletionStage<QueueInfo> create(String name, String kind, Map<String, String> options) {
    CommandWriter command = CommandWriter.of("QUEUE", "CREATE", name).add(kind);
    options.forEach((option, value) -> command.add(option).add(value));
    return asking.once(command, QueueFields::readQueue);
  }

  @Override
  public CompletionStage<QueueInfo> set(String name, Map<String, String> options) {
    CommandWriter command = CommandWriter.of("QUEUE", "SET", name);
    options.forEach((option, value) -> command.add(option).add(value));
    return asking.repeatable(command, QueueFields::readQueue);
  }

  @Override
  public CompletionStage<Optional<QueueInfo>> find(String name) {
    return absentIfNotFound(
        asking.read(CommandWriter.of("QUEUE", "SHOW", name), QueueFields::readQueue));
  }

  /** Makes NOTFOUND an absent answer. */
  static <T> CompletableFuture<Optional<T>> absentIfNotFound(CompletableFuture<T> answer) {
    return answer
        .thenApply(Optional::of)
        .exceptionally(
            failure -> {
              DesasterException refusal = Failures.of(failure);
              if (refusal.code() == ErrorCode.NOTFOUND) {
                return Optional.empty();
              }
              throw refusal;
            });
  }

  @Override
  public CompletionStage<List<QueueInfo>> list() {
    return asking.read(
        CommandWriter.of("QUEUE", "LIST"), reply -> Replies.each(reply, QueueFields::readQueue));
  }

  @Override
  public CompletionStage<QueueInfo> pause(
      String name, String by, String why, Optional<Instant> until) {
    CommandWriter command =
        CommandWriter.of("QUEUE", "PAUSE", name).addIfAny("WHY", why).addIfAny("BY", by);
    until.ifPresent(time -> command.add("UNTIL").add(Times.write(time)));
    return asking.repeatable(command, QueueFields::readQueue);
  }

  @Override
  public CompletionStage<QueueInfo> resume(String name, String by) {
    return asking.repeatable(
        CommandWriter.of("QUEUE", "RESUME", name).addIfAny("BY", by), QueueFields::readQueue);
  }

  @Override
  public CompletionStage<QueueInfo> drain(String name, boolean draining, String by) {
    return asking.repeatable(
        CommandWriter.of("QUEUE", "DRAIN", name).add(draining ? "ON" : "OFF").addIfAny("BY", by),
        QueueFields::readQueue);
  }

  @Override
  public CompletionStage<QueueInfo> rename(String name, String newName) {
    return asking.once(
        CommandWriter.of("QUEUE", "RENAME", name).add(newName), QueueFields::readQueue);
  }

  @Override
  public CompletionStage<Void> destroy(String name, Optional<String> into) {
    CommandWriter command = CommandWriter.of("QUEUE", "DESTROY", name);
    into.ifPresent(other -> command.add("INTO").add(other));
    return asking.once(command, Replies::nothing);
  }

  @Override
  public CompletionStage<Long> purge(String name, String by) {
    return asking.once(
        CommandWriter.of("QUEUE", "PURGE", name).addIfAny("BY", by), Replies::number);
  }

  @Override
  public CompletionStage<QueueInfo> attach(String name, String pool) {
    return asking.repeatable(
        CommandWriter.of("QUEUE", "ATTACH", name).add(pool), QueueFields::readQueue);
  }

  @Override
  public CompletionStage<QueueInfo> detach(String name, String pool) {
    return asking.repeatable(
        CommandWriter.of("QUEUE", "DETACH", name).add(pool), QueueFields::readQueue);
  }

  @Override
  public CompletionStage<List<CoolDownEntry>> coolDowns(String queue) {
    CommandWriter command = CommandWriter.of("COOLDOWN", "LIST");
    return asking.read(
        queue.isEmpty() ? command : command.add(queue),
        reply -> Replies.each(reply, QueueFields::readCoolDown));
  }

  @Override
  public CompletionStage<Long> clearCoolDowns(String queue, String key) {
    CommandWriter command = CommandWriter.of("COOLDOWN", "CLEAR", queue);
    return asking.once(key.isEmpty() ? command : command.add(key), Replies::number);
  }
}
