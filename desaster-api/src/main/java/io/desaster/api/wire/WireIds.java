/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.job.JobId;
import java.nio.charset.StandardCharsets;

/** Job ids as bytes, without going through texts: they are in every message of the hot paths. */
public final class WireIds {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int LENGTH = 36;

  private WireIds() {}

  /** The 36 bytes of the UUID. */
  public static byte[] write(JobId id) {
    byte[] bytes = new byte[LENGTH];
    int shift = 64;
    long half = id.high();
    for (int i = 0; i < LENGTH; i++) {
      if (isHyphen(i)) {
        bytes[i] = '-';
        continue;
      }
      if (shift == 0) {
        shift = 64;
        half = id.low();
      }
      shift -= 4;
      bytes[i] = HEX[(int) (half >>> shift) & 15];
    }
    return bytes;
  }

  /**
   * The id written as these bytes: a UUID stands for itself, any other text is hashed.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static JobId read(byte[] bytes) {
    if (bytes.length != LENGTH) {
      return fromText(bytes);
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < LENGTH; i++) {
      if (isHyphen(i)) {
        if (bytes[i] != '-') {
          return fromText(bytes);
        }
        continue;
      }
      int digit = digit(bytes[i]);
      if (digit < 0) {
        return fromText(bytes);
      }
      if (i < 18) {
        high = high << 4 | digit;
      } else {
        low = low << 4 | digit;
      }
    }
    return new JobId(high, low);
  }

  private static JobId fromText(byte[] bytes) {
    return JobId.parse(new String(bytes, StandardCharsets.UTF_8));
  }

  private static boolean isHyphen(int position) {
    return position == 8 || position == 13 || position == 18 || position == 23;
  }

  private static int digit(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
