/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.lettuce.core.output.CommandOutput;

/** A command whose answer is a push message, not a reply. */
final class Telling extends Carried {
  private boolean done;

  Telling(CommandWriter command) {
    super(command);
  }

  @Override
  public void complete() {
    done = true;
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    boolean first = !done;
    done = true;
    return first;
  }

  @Override
  public boolean isDone() {
    return done;
  }

  /** Nothing to wait for, as Lettuce understands it. */
  @Override
  public CommandOutput<byte[], byte[], Object> getOutput() {
    return null;
  }

  @Override
  public void setOutput(CommandOutput<byte[], byte[], Object> output) {
    throw new IllegalStateException("a telling has no output");
  }
}
