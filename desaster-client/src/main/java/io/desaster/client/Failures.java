/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;

/** Makes the exceptions of the API of what the wire and the network say. */
final class Failures {
  private Failures() {}

  /** The refusal in an error reply: {@code CODE message}. */
  static DesasterException refusal(String reply) {
    int space = reply.indexOf(' ');
    String word = space < 0 ? reply : reply.substring(0, space);
    for (ErrorCode code : ErrorCode.values()) {
      if (code.name().equals(word)) {
        return new DesasterException(code, space < 0 ? "" : reply.substring(space + 1));
      }
    }
    return new DesasterException(ErrorCode.ERR, reply);
  }

  /** Whether a reply says that nothing happened and that another try may go better. */
  static boolean nothingHappened(ErrorCode code) {
    return code == ErrorCode.NOMASTER || code == ErrorCode.NOQUORUM;
  }

  /** Why a host could not be used: its own refusal, or what the network said. */
  static DesasterException connecting(Address host, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage() == null ? "" : cause.getMessage();
      for (ErrorCode code :
          new ErrorCode[] {ErrorCode.WRONGPASS, ErrorCode.NOAUTH, ErrorCode.DENIED}) {
        if (message.startsWith(code + " ")) {
          return refusal(message);
        }
      }
      if (cause instanceof UnknownHostException) {
        return unreachable(host, "no host of that name is known");
      }
      if (cause instanceof ConnectException) {
        return unreachable(host, "nothing listens there (" + message + ")");
      }
    }
    Throwable cause = rootOf(failure);
    return unreachable(host, cause.getMessage() == null ? cause.toString() : cause.getMessage());
  }

  private static DesasterException unreachable(Address host, String why) {
    return new DesasterException(
        ErrorCode.NOMASTER,
        "cannot connect to desaster at "
            + host
            + ": "
            + why
            + "; start a daemon there or give another address");
  }

  static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** The API's exception in what a stage failed with. */
  static DesasterException of(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof DesasterException refusal
        ? refusal
        : new DesasterException(ErrorCode.ERR, String.valueOf(cause.getMessage()), cause);
  }
}
