/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.lettuce.core.output.CommandOutput;

/** One try of a {@link Request} on one connection, in the form that Lettuce carries. */
final class Call extends Carried {
  final Request<?> request;
  final long sentNanos;
  private final Session session;
  private CommandOutput<byte[], byte[], Object> output = new ReplyOutput();
  private boolean done;

  Call(Request<?> request, Session session, long nowNanos) {
    super(request.command);
    this.request = request;
    this.session = session;
    this.sentNanos = nowNanos;
  }

  @Override
  public void complete() {
    if (!done) {
      done = true;
      session.answered(this);
    }
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    if (done) {
      return false;
    }
    done = true;
    session.failed(this, failure);
    return true;
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public CommandOutput<byte[], byte[], Object> getOutput() {
    return output;
  }

  @Override
  public void setOutput(CommandOutput<byte[], byte[], Object> newOutput) {
    output = newOutput;
  }
}
