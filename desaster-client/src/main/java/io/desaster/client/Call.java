/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** One try of a {@link Request} on one connection, in the form that Lettuce carries. */
final class Call implements RedisCommand<byte[], byte[], Object> {
  /** Lettuce wants to know what it carries; the words are in the request. */
  private static final class Keyword implements ProtocolKeyword {
    private static final Keyword ANY = new Keyword();
    private static final String TEXT = "DESASTER";
    private static final byte[] BYTES = TEXT.getBytes(StandardCharsets.US_ASCII);

    @Override
    public byte[] getBytes() {
      return BYTES;
    }

    @Override
    public String toString() {
      return TEXT;
    }
  }

  final Request<?> request;
  final long sentNanos;
  private final Session session;
  private CommandOutput<byte[], byte[], Object> output = new ReplyOutput();
  private boolean done;

  Call(Request<?> request, Session session, long nowNanos) {
    this.request = request;
    this.session = session;
    this.sentNanos = nowNanos;
  }

  @Override
  public void encode(ByteBuf out) {
    request.command.writeTo(out);
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
  public void cancel() {
    completeExceptionally(new IOException("the connection was closed"));
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public CommandOutput<byte[], byte[], Object> getOutput() {
    return output;
  }

  @Override
  public void setOutput(CommandOutput<byte[], byte[], Object> newOutput) {
    output = newOutput;
  }

  @Override
  public CommandArgs<byte[], byte[]> getArgs() {
    return null;
  }

  @Override
  public ProtocolKeyword getType() {
    return Keyword.ANY;
  }
}
