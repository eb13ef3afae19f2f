/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.util.TreeMap;

/** From which index on which epoch held. Guarded by its monitor. */
final class Epochs {
  private final TreeMap<Long, Epoch> starts = new TreeMap<>();
  private Epoch newest = new Epoch(0, 0);

  /** The two parts of an epoch. */
  record Epoch(int incarnation, int term) {}

  /** Notes the epoch of a batch; indices only grow. */
  synchronized void add(long index, int incarnation, int term) {
    if (starts.isEmpty() || newest.incarnation() != incarnation || newest.term() != term) {
      newest = new Epoch(incarnation, term);
      starts.put(index, newest);
    }
  }

  /** The epoch of a batch that is still known. */
  synchronized Epoch at(long index) {
    var start = starts.floorEntry(index);
    return start == null ? new Epoch(0, 0) : start.getValue();
  }

  /** Forgets what held before this index. */
  synchronized void forgetBefore(long index) {
    Long keep = starts.floorKey(index);
    if (keep != null) {
      starts.headMap(keep).clear();
    }
  }

  static int compare(BatchHeader header, int incarnation, int term) {
    int byIncarnation = Integer.compare(header.incarnation(), incarnation);
    return byIncarnation != 0 ? byIncarnation : Integer.compare(header.term(), term);
  }
}
