/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.core.state.IdMap;
import io.desaster.core.state.JobRecord;
import java.util.function.Consumer;

/** The attempts that remote workers run, and when each was heard of last. */
final class Leases {
  /** One attempt of a remote worker. */
  static final class Lease implements IdMap.Identified {
    private final long high;
    private final long low;
    private final int attempt;
    private long startedMonoMillis;
    private long heardMonoMillis;

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

    void heard(long monoMillis) {
      heardMonoMillis = monoMillis;
    }
  }

  private final IdMap<Lease> leases = new IdMap<>();
  private long nowMonoMillis;

  void setNow(long monoMillis) {
    nowMonoMillis = monoMillis;
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
    lease.startedMonoMillis = nowMonoMillis;
    lease.heardMonoMillis = nowMonoMillis;
    leases.put(lease);
  }

  void remove(JobRecord job) {
    leases.remove(job.high(), job.low());
  }
}
