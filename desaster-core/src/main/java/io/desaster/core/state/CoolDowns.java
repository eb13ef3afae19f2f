/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The blocked keys of all queues. */
public final class CoolDowns {
  /**
   * A blocked key.
   *
   * @param holder the job that holds it
   * @param until milliseconds since 1970; {@link Long#MAX_VALUE} while its holder's end is open
   */
  public record Entry(int queueId, String key, JobId holder, long until) {}

  private record Key(int queueId, String key) {}

  private final Map<Key, Entry> entries = new HashMap<>();
  private int open;

  /** Whether there are entries whose holders' ends are open. */
  public boolean anyOpen() {
    return open > 0;
  }

  /** The entry that blocks this key at this time, or null. */
  public Entry find(int queueId, String key, long nowMillis) {
    Entry entry = entries.get(new Key(queueId, key));
    return entry != null && entry.until() > nowMillis ? entry : null;
  }

  /** The entry of this key, over or not, or null. */
  public Entry get(int queueId, String key) {
    return entries.get(new Key(queueId, key));
  }

  /** All entries, those that are over but not yet forgotten included. */
  public Collection<Entry> all() {
    return entries.values();
  }

  public List<Entry> of(int queueId) {
    List<Entry> found = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.queueId() == queueId) {
        found.add(entry);
      }
    }
    return found;
  }

  public void put(Entry entry) {
    count(entries.put(new Key(entry.queueId(), entry.key()), entry), -1);
    count(entry, 1);
  }

  public void remove(int queueId, String key) {
    count(entries.remove(new Key(queueId, key)), -1);
  }

  private void count(Entry entry, int by) {
    open += entry != null && entry.until() == Long.MAX_VALUE ? by : 0;
  }
}
