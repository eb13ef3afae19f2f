/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.Desaster;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.client.DesasterClient;
import io.desaster.daemon.DaemonConfig;
import java.time.Duration;

/** Connects with the Java client. */
final class ClientOpener implements Opener {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private static final int TRIES = 3;

  /** Machines may be slow; who waits is told before. */
  private static final Duration ANSWER = Duration.ofSeconds(30);

  @Override
  public Desaster open(Address address) {
    DesasterClient.Builder builder =
        DesasterClient.builder("desaster://" + address)
            .name("cli-" + ProcessHandle.current().pid())
            .connectTimeout(CONNECT)
            .answerTimeout(ANSWER);
    if (!address.key().equals(DaemonConfig.DEFAULT_KEY)) {
      builder.key(address.key());
    }
    return connect(builder, TRIES);
  }

  private static Desaster connect(DesasterClient.Builder builder, int tries) {
    try {
      return builder.connect();
    } catch (DesasterException e) {
      if (e.code() != ErrorCode.NOMASTER) {
        throw e;
      }
      if (tries > 1) {
        return connect(builder, tries - 1);
      }
      throw new CliException(ExitCode.UNREACHABLE, e.getMessage(), e);
    }
  }
}
