/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A job's identity: 128 bits, written as a UUID. Ids made by desaster are version 7 (RFC 9562
 * section 5.7): they begin with the time of their making in milliseconds and sort by it. Any other
 * text given as an id is hashed into a version 8 UUID, the same text always into the same one.
 */
public record JobId(long high, long low) implements Comparable<JobId> {

  private static final int TICK_BITS = 12;
  private static final AtomicLong LAST_TICK = new AtomicLong();

  /**
   * A new version 7 id made at {@code nowMillis} (milliseconds since 1970), greater than all that
   * this process made before.
   */
  public static JobId next(long nowMillis) {
    long tick = LAST_TICK.accumulateAndGet(tick(nowMillis), JobId::tickAfter);
    return ofTick(tick, ThreadLocalRandom.current().nextLong());
  }

  /** The first tick of a millisecond, which has 4,096 of them. */
  public static long tick(long millis) {
    return millis << TICK_BITS;
  }

  /** The first tick that is neither before {@code tick} nor used, {@code last} being the last. */
  public static long tickAfter(long last, long tick) {
    return Math.max(last + 1, tick);
  }

  /**
   * A version 7 id whose time is a {@linkplain #tick tick}: in order within a millisecond too, by
   * the counter of RFC 9562, section 6.2, method 1.
   */
  public static JobId ofTick(long tick, long random) {
    return of(tick >>> TICK_BITS, tick, random);
  }

  /** A version 7 id of the given time, its other bits taken from the two numbers. */
  public static JobId of(long nowMillis, long randomHigh, long randomLow) {
    long high = (nowMillis << 16) | 0x7000L | (randomHigh & 0x0FFFL);
    long low = (randomLow & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new JobId(high, low);
  }

  /**
   * The id written as {@code text}: a UUID stands for itself, any other text is hashed.
   *
   * @throws IllegalArgumentException if the text is empty
   */
  public static JobId parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a job id must not be empty");
    }
    if (text.length() == 36) {
      try {
        UUID uuid = UUID.fromString(text);
        if (uuid.toString().equalsIgnoreCase(text)) {
          return new JobId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
        }
      } catch (IllegalArgumentException notAUuid) {
        // Falls through: any text may be an id.
      }
    }
    return hashOf(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The version 8 id that stands for these bytes. */
  public static JobId hashOf(byte[] bytes) {
    try {
      ByteBuffer digest = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
      long high = (digest.getLong() & ~0xF000L) | 0x8000L;
      long low = (digest.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
      return new JobId(high, low);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Whether this id carries the time of its making. */
  public boolean timed() {
    return (high & 0xF000L) == 0x7000L && low < 0 && (low & 0x4000_0000_0000_0000L) == 0;
  }

  /** The time of its making, milliseconds since 1970; meaningful only if {@link #timed()}. */
  public long madeAtMillis() {
    return high >>> 16;
  }

  @Override
  public int compareTo(JobId other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public int hashCode() {
    long mixed = (high ^ low) * 0x9E37_79B9_7F4A_7C15L;
    return (int) (mixed >>> 32);
  }

  @Override
  public String toString() {
    return new UUID(high, low).toString();
  }
}
