/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.spi.Discipline;
import io.desaster.core.discipline.Leaf;
import io.desaster.core.state.QueueRecord;

/** A queue and its place in the tree of its kind. */
final class QueueLeaf {
  private final Leaf leaf;
  private QueueRecord record;

  QueueLeaf(QueueRecord record, Leaf leaf) {
    this.record = record;
    this.leaf = leaf;
  }

  QueueRecord record() {
    return record;
  }

  Leaf leaf() {
    return leaf;
  }

  Discipline discipline() {
    return leaf.discipline();
  }

  int size() {
    return leaf.size();
  }

  int running() {
    return leaf.running();
  }

  void set(QueueRecord newRecord) {
    record = newRecord;
  }
}
