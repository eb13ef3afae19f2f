/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;

/**
 * Whether the heap can take more jobs: judged by what the last collection of the old generation
 * left behind, and by its present fill where none has run yet.
 */
final class HeapWatch {
  /**
   * Above this share of the old generation no new jobs are taken; the rest is for ending those
   * there are.
   */
  private static final double FULL = 0.75;

  /** Below this share they are taken again. */
  private static final double ROOM = 0.68;

  /** Above this share there is no time to wait before looking closely. */
  private static final double URGENT = 0.88;

  /** Collections are not asked for more often than this. */
  private static final long COLLECT_NANOS = 10_000_000_000L;

  private final MemoryPoolMXBean old = oldGeneration();
  private boolean hasRoom = true;
  private long collectedAt = System.nanoTime() - COLLECT_NANOS;

  private static MemoryPoolMXBean oldGeneration() {
    MemoryPoolMXBean largest = null;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      boolean kept =
          pool.getType() == MemoryType.HEAP
              && (pool.getName().contains("Old") || pool.getName().contains("Tenured"));
      if (kept) {
        largest = pool;
      }
    }
    return largest;
  }

  /** Looks again; true if the answer is another than before. */
  boolean changed() {
    if (old == null) {
      return false;
    }
    double fill = fill();
    boolean room = hasRoom ? fill < FULL : fill < ROOM;
    boolean changed = room != hasRoom;
    hasRoom = room;
    return changed;
  }

  /** What lives, not what lies about: a fill that matters is measured after a collection. */
  private double fill() {
    double present = present();
    boolean matters = hasRoom ? present >= FULL : present >= ROOM;
    if (!matters) {
      return present;
    }
    boolean urgent = hasRoom && present >= URGENT;
    if (!urgent && System.nanoTime() - collectedAt < COLLECT_NANOS) {
      return hasRoom ? 0 : present;
    }
    System.gc();
    collectedAt = System.nanoTime();
    return present();
  }

  private double present() {
    MemoryUsage now = old.getUsage();
    return (double) now.getUsed() / now.getMax();
  }

  boolean hasRoom() {
    return hasRoom;
  }
}
