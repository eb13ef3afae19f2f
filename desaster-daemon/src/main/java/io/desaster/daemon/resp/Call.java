/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.JobId;
import io.desaster.daemon.resp.wire.Args;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command on its way to its reply. */
public final class Call {
  private static final Logger LOG = LoggerFactory.getLogger(Call.class);

  private static final int UUID_LENGTH = 36;

  private final Connection connection;
  private final Verb verb;
  final int bytes;
  private volatile Reply reply;
  private Runnable onClose;
  private Audited audited;
  private TypedId typedIds;

  /** An id that the client gave as a text of its own. */
  private record TypedId(JobId id, byte[] text, TypedId next) {}

  Call(Connection connection, Verb verb, int bytes) {
    this.connection = connection;
    this.verb = verb;
    this.bytes = bytes;
  }

  /** The command's words; valid only until the handler returns. */
  public Args args() {
    return connection.args();
  }

  public Client client() {
    return connection.client();
  }

  Connection connection() {
    return connection;
  }

  /** Remembers an id as the client wrote it, so that errors name what was typed. */
  public void named(JobId id, byte[] typed) {
    if (typed.length != UUID_LENGTH) {
      typedIds = new TypedId(id, typed, typedIds);
    }
  }

  private Reply.Error inTypedWords(Reply.Error error) {
    String message = error.message();
    for (TypedId typed = typedIds; typed != null; typed = typed.next()) {
      String text = new String(typed.text(), StandardCharsets.UTF_8);
      message = message.replace(typed.id().toString(), text);
    }
    return new Reply.Error(error.code(), message);
  }

  /** The form of the command, for messages. */
  public String usage() {
    return verb.usage();
  }

  /** Null for a command that is no verb. */
  Verb verb() {
    return verb;
  }

  /** Goes into the audit log with its answer. Only before it is carried out. */
  void audited(Audited record) {
    audited = record;
  }

  /** Answers; may be called from any thread, only the first answer counts. */
  public void reply(Reply answer) {
    if (reply == null) {
      Reply told =
          typedIds != null && answer instanceof Reply.Error error ? inTypedWords(error) : answer;
      reply = told;
      if (audited != null) {
        audited.answered(told);
      }
      connection.wake();
    }
  }

  /** Answers when the stage completes, with its value made a reply or with its failure. */
  public <T> void reply(CompletionStage<T> stage, Function<T, Reply> form) {
    stage.whenComplete(
        (value, failure) -> reply(failure == null ? formed(value, form) : failed(failure)));
  }

  /** What to do if the client goes away before the answer. Only from within the handler. */
  public void onClose(Runnable action) {
    onClose = action;
  }

  Reply reply() {
    return reply;
  }

  void abandon() {
    if (onClose != null && reply == null) {
      onClose.run();
    }
  }

  <T> void gather(GatheringHandler<T> handler, T item) {
    connection.gather(handler, this, item);
  }

  /** The reply for a failure; a bug is logged. */
  public Reply failed(Throwable failure) {
    Reply.Error error = Reply.error(failure);
    if (!error.internal()) {
      return inTypedWords(error);
    }
    LOG.error("{} failed; its client was told so", verb == null ? "?" : verb.fullName(), failure);
    // What broke may have broken after the change was made.
    return verb != null && verb.access() == Access.WRITE
        ? new Reply.Error(ErrorCode.UNKNOWN.name(), error.message())
        : error;
  }

  private <T> Reply formed(T value, Function<T, Reply> form) {
    try {
      return form.apply(value);
    } catch (RuntimeException e) {
      return failed(e);
    }
  }
}
