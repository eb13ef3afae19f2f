/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.util.Random;

/** A batch of given bytes. */
public record BytesBatch(BatchHeader header, byte[] payload) implements Batch {
  @Override
  public int size() {
    return 1;
  }

  /** A batch of random bytes that can be made again from its index and length. */
  public static BytesBatch of(long index, int length) {
    byte[] payload = new byte[length];
    new Random(index * 31 + length).nextBytes(payload);
    return new BytesBatch(new BatchHeader(index, 1, 1, 1_000 + index), payload);
  }

  @Override
  public void encodeTo(Output out) {
    out.writeRaw(payload, 0, payload.length);
  }
}
