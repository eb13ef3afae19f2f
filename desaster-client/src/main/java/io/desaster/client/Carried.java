/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A written command in the form that Lettuce carries. */
abstract class Carried implements RedisCommand<byte[], byte[], Object> {
  /** Lettuce wants to know what it carries; the words are in the command. */
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

  private final CommandWriter command;

  Carried(CommandWriter command) {
    this.command = command;
  }

  @Override
  public final void encode(ByteBuf out) {
    command.writeTo(out);
  }

  @Override
  public final void cancel() {
    completeExceptionally(new IOException("the connection was closed"));
  }

  @Override
  public final boolean isCancelled() {
    return false;
  }

  @Override
  public final CommandArgs<byte[], byte[]> getArgs() {
    return null;
  }

  @Override
  public final ProtocolKeyword getType() {
    return Keyword.ANY;
  }
}
