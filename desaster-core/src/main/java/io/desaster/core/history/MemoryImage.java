/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.history;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.rrd4j.core.RrdBackend;
import org.rrd4j.core.RrdBackendAnnotation;
import org.rrd4j.core.RrdMemoryBackendFactory;

/** Where one database lives: bytes in memory, which {@link PageFile} brings to the disk. */
@RrdBackendAnnotation(name = "DESASTER", shouldValidateHeader = false, scheme = "memory")
final class MemoryImage extends RrdMemoryBackendFactory {
  /** Any, for each database has an image of its own. */
  static final String PATH = "history";

  private final AtomicReference<ByteBuffer> bytes;

  /** An empty one, for a new database. */
  MemoryImage() {
    this(null);
  }

  /** That of a database which was written before. */
  MemoryImage(ByteBuffer content) {
    bytes = new AtomicReference<>(content);
  }

  @Override
  protected RrdBackend open(String id, boolean readOnly) {
    backends.put(id, bytes);
    return super.open(id, readOnly);
  }

  @Override
  protected boolean exists(String id) {
    return bytes.get() != null;
  }

  /** The bytes as they are now; position 0, limit at the end. */
  ByteBuffer content() {
    ByteBuffer all = bytes.get().duplicate();
    all.clear();
    return all;
  }
}
