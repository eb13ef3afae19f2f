/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Keeps what a log tells, and lets a test wait for it. */
class Told implements ReplicatedLog.Listener {
  private final List<BytesBatch> committed = new ArrayList<>();
  private final List<Location> locations = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private final List<String> room = new ArrayList<>();
  private int due;

  @Override
  public synchronized void committed(Batch batch, Location payloadLocation) {
    committed.add((BytesBatch) batch);
    locations.add(payloadLocation);
    notifyAll();
  }

  @Override
  public synchronized void failed(Throwable cause) {
    failures.add(cause);
    notifyAll();
  }

  @Override
  public synchronized void roomChanged(boolean hasRoom, String explanation) {
    room.add(hasRoom + " " + explanation);
    notifyAll();
  }

  @Override
  public synchronized void snapshotDue() {
    due++;
    notifyAll();
  }

  synchronized List<BytesBatch> committed() {
    return List.copyOf(committed);
  }

  synchronized List<Location> locations() {
    return List.copyOf(locations);
  }

  synchronized List<Throwable> failures() {
    return List.copyOf(failures);
  }

  synchronized List<String> room() {
    return List.copyOf(room);
  }

  synchronized int due() {
    return due;
  }

  /** Waits until something was told that makes this true; the condition may ask this object. */
  synchronized void await(String what, Predicate<Told> condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.test(this)) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("not told in 30 s: " + what + "; failures: " + failures);
      }
      wait(left);
    }
  }

  void awaitCommitted(long index) throws InterruptedException {
    await(
        "batch " + index,
        told ->
            !told.committed.isEmpty()
                && told.committed.get(told.committed.size() - 1).header().index() >= index);
  }
}
