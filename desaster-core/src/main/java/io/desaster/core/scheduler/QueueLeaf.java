/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.spi.ClassDiscipline;
import io.desaster.api.spi.Discipline;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;
import io.desaster.core.state.QueueRecord;

/** A queue in the tree of its kind: its policies before its discipline. */
final class QueueLeaf implements ClassDiscipline.Member {
  private QueueRecord record;
  private Discipline discipline;
  private int running;

  QueueLeaf(QueueRecord record, Discipline discipline) {
    this.record = record;
    this.discipline = discipline;
  }

  QueueRecord record() {
    return record;
  }

  Discipline discipline() {
    return discipline;
  }

  int running() {
    return running;
  }

  void set(QueueRecord newRecord) {
    record = newRecord;
  }

  /** Replaces the discipline; the jobs go over in the order in which they would have started. */
  void replace(Discipline other, long nowMillis) {
    discipline.forEach(job -> other.enqueue(job, nowMillis));
    discipline = other;
  }

  void take() {
    running++;
  }

  void give() {
    running--;
  }

  /** Whether its own policies let it start another job. */
  boolean open() {
    int max = record.settings().maxRunning();
    return record.pause() == null && (max == 0 || running < max);
  }

  @Override
  public QueuedJob peek(Slot slot, long nowMillis) {
    boolean served = ((Pool) slot).serves(record.id(), record.name(), record.settings().attach());
    return open() && served ? discipline.peek(slot, nowMillis) : null;
  }

  @Override
  public int size() {
    return discipline.size();
  }

  @Override
  public double quantum() {
    return record.settings().quantum();
  }

  @Override
  public int band() {
    return record.settings().band();
  }

  @Override
  public long nextWakeupMillis(long nowMillis) {
    return discipline.nextWakeupMillis(nowMillis);
  }
}
