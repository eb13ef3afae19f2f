/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.core.state.IdMap;
import io.desaster.core.state.JobRecord;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * The attempts that remote workers run, and when each was heard of last. The time of a lease is
 * counted from the commit of its start, for no worker knows of it before: a disk that stands still
 * must not make an attempt lost that nobody has been given yet.
 */
final class Leases {
  /** One attempt of a remote worker. */
  static final class Lease implements IdMap.Identified {
    private final long high;
    private final long low;
    private final int attempt;
    private long startedMonoMillis;
    private long heardMonoMillis;
    private long batchIndex;
    private boolean handedOut;

    Lease(JobRecord job) {
      high = job.high();
      low = job.low();
      attempt = job.course().lastNumber();
    }

    @Override
    public long high() {
      return high;
    }

    @Override
    public long low() {
      return low;
    }

    int attempt() {
      return attempt;
    }

    long startedMonoMillis() {
      return startedMonoMillis;
    }

    long heardMonoMillis() {
      return heardMonoMillis;
    }

    /** Whether its start is committed, so that a worker may know of it. */
    boolean handedOut() {
      return handedOut;
    }

    void heard(long monoMillis) {
      heardMonoMillis = monoMillis;
    }
  }

  private final IdMap<Lease> leases = new IdMap<>();
  private final ArrayDeque<Lease> uncommitted = new ArrayDeque<>();
  private long nowMonoMillis;
  private long batchIndex;

  void setNow(long monoMillis) {
    nowMonoMillis = monoMillis;
  }

  /** Starts from now on are part of this batch. */
  void setBatch(long index) {
    batchIndex = index;
  }

  /** All batches up to this one are committed. */
  void committed(long index) {
    while (!uncommitted.isEmpty() && uncommitted.peek().batchIndex <= index) {
      handOut(uncommitted.poll());
    }
  }

  private void handOut(Lease lease) {
    lease.handedOut = true;
    lease.startedMonoMillis = nowMonoMillis;
    lease.heardMonoMillis = nowMonoMillis;
  }

  boolean isEmpty() {
    return leases.size() == 0;
  }

  Lease find(long high, long low) {
    return leases.get(high, low);
  }

  void forEach(Consumer<Lease> action) {
    leases.forEach(action);
  }

  void add(JobRecord job) {
    Lease lease = new Lease(job);
    lease.batchIndex = batchIndex;
    if (batchIndex == 0) {
      handOut(lease);
    } else {
      uncommitted.add(lease);
    }
    leases.put(lease);
  }

  void remove(JobRecord job) {
    leases.remove(job.high(), job.low());
  }
}
