/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.JobId;
import io.desaster.daemon.resp.wire.RespWriter;
import java.util.concurrent.CompletionException;

/**
 * What a client gets for a command. Written on the event loop of its connection, in the protocol
 * version that holds then; must not block.
 */
@FunctionalInterface
public interface Reply {
  Reply OK = out -> out.simple("OK");
  Reply NIL = RespWriter::nil;

  void writeTo(RespWriter out);

  static Reply simple(String text) {
    return out -> out.simple(text);
  }

  /** A value by its type, see {@link RespWriter#value}. */
  static Reply of(Object value) {
    return out -> out.value(value);
  }

  static Reply of(long number) {
    return out -> out.integer(number);
  }

  static Reply of(JobId id) {
    return out -> out.id(id);
  }

  static Reply verbatim(String text) {
    return out -> out.verbatim(text);
  }

  static Error error(ErrorCode code, String message) {
    return new Error(code.name(), message);
  }

  /** The error reply for a refusal, or for a failure that nobody foresaw. */
  static Error error(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof DesasterException refusal) {
      return error(refusal.code(), refusal.getMessage());
    }
    if (cause instanceof IllegalArgumentException wrong) {
      return error(ErrorCode.INVALID, wrong.getMessage());
    }
    return error(ErrorCode.ERR, Error.INTERNAL + cause + "; the daemon's log has the details");
  }

  /** An error: a code and what it is about. */
  record Error(String code, String message) implements Reply {
    private static final String INTERNAL = "internal error: ";

    /** Whether it tells of a bug rather than of a refusal. */
    boolean internal() {
      return message.startsWith(INTERNAL);
    }

    @Override
    public void writeTo(RespWriter out) {
      out.error(code + ' ' + message);
    }
  }
}
