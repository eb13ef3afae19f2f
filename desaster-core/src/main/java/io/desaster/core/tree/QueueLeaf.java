/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.tree;

import io.desaster.api.spi.Discipline;
import io.desaster.core.discipline.Leaf;
import io.desaster.core.state.QueueRecord;

/** A queue and its place in the tree of its kind. */
public final class QueueLeaf {
  private Leaf leaf;
  private QueueRecord record;

  QueueLeaf(QueueRecord record) {
    this.record = record;
  }

  public QueueRecord record() {
    return record;
  }

  Leaf leaf() {
    return leaf;
  }

  void setLeaf(Leaf place) {
    leaf = place;
  }

  public Discipline discipline() {
    return leaf.discipline();
  }

  /** Where its jobs are or, if its kind was changed, will soon be. */
  public Discipline target() {
    return leaf.target();
  }

  public int size() {
    return leaf.size();
  }

  public int running() {
    return leaf.running();
  }

  void set(QueueRecord newRecord) {
    record = newRecord;
  }
}
