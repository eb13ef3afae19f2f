/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobId;
import io.desaster.core.log.Location;
import io.desaster.core.log.ReplicatedLog;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A payload that is not kept on the heap: its bytes are dropped as soon as the log has them, and
 * read back when they are needed. Shared by all records of its job. Any thread.
 */
public final class LargePayload {
  /** Payloads up to this size stay on the heap, bytes. */
  public static final int INLINE_BYTES_MAX = 4096;

  /** Where it is: on the heap, or in the log. */
  private record Place(byte[] bytes, ReplicatedLog log, Location location) {}

  private final int length;
  private final JobId hash;
  private volatile Place place;

  /** A payload just submitted. */
  LargePayload(byte[] bytes) {
    length = bytes.length;
    hash = JobId.hashOf(bytes);
    place = new Place(bytes, null, null);
  }

  /** A payload found in the log, where its bytes are {@code bytes}. */
  LargePayload(byte[] bytes, ReplicatedLog log, Location location) {
    length = bytes.length;
    hash = JobId.hashOf(bytes);
    place = new Place(null, log, location);
  }

  public int length() {
    return length;
  }

  /** Stands for the content. */
  public JobId hash() {
    return hash;
  }

  /** The log has the bytes here from now on. */
  public void settle(ReplicatedLog log, Location location) {
    place = new Place(null, log, location);
  }

  /**
   * The bytes; may block on the disk.
   *
   * @throws UncheckedIOException if they cannot be read
   */
  public byte[] bytes() {
    while (true) {
      Place now = place;
      if (now.bytes() != null) {
        return now.bytes();
      }
      try {
        return now.log().read(now.location());
      } catch (IOException e) {
        if (now == place) {
          throw new UncheckedIOException("payload of " + length + " bytes: " + e.getMessage(), e);
        }
        // A snapshot took it along and released the old place.
      }
    }
  }
}
