/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobId;
import java.util.function.Consumer;

/**
 * A hash map from job ids to records that know their id. Open addressing with linear probing,
 * spread over small shards that grow one by one, so that no insertion has to move more than a
 * thousandth of the whole. Four to eight bytes an entry.
 */
public final class IdMap<V extends IdMap.Identified> {
  private static final int SHARD_BITS = 10;

  /** Something with a job id. */
  public interface Identified {
    long high();

    long low();
  }

  private final Object[][] shards = new Object[1 << SHARD_BITS][];
  private final int[] sizes = new int[1 << SHARD_BITS];
  private int size;

  public int size() {
    return size;
  }

  public V get(JobId id) {
    return get(id.high(), id.low());
  }

  @SuppressWarnings("unchecked")
  public V get(long high, long low) {
    long hash = hash(high, low);
    Object[] shard = shards[shardOf(hash)];
    if (shard == null) {
      return null;
    }
    int mask = shard.length - 1;
    for (int i = (int) hash & mask; ; i = (i + 1) & mask) {
      V value = (V) shard[i];
      if (value == null || value.low() == low && value.high() == high) {
        return value;
      }
    }
  }

  /** Returns the value replaced, or null. */
  @SuppressWarnings("unchecked")
  public V put(V value) {
    long hash = hash(value.high(), value.low());
    int s = shardOf(hash);
    Object[] shard = shards[s];
    if (shard == null) {
      shard = new Object[4];
      shards[s] = shard;
    } else if ((sizes[s] + 1) * 3 > shard.length * 2) {
      shard = grow(shard);
      shards[s] = shard;
    }
    int mask = shard.length - 1;
    for (int i = (int) hash & mask; ; i = (i + 1) & mask) {
      V present = (V) shard[i];
      if (present == null) {
        shard[i] = value;
        sizes[s]++;
        size++;
        return null;
      }
      if (present.low() == value.low() && present.high() == value.high()) {
        shard[i] = value;
        return present;
      }
    }
  }

  /** Returns the value removed, or null. */
  @SuppressWarnings("unchecked")
  public V remove(long high, long low) {
    long hash = hash(high, low);
    int s = shardOf(hash);
    Object[] shard = shards[s];
    if (shard == null) {
      return null;
    }
    int mask = shard.length - 1;
    for (int i = (int) hash & mask; ; i = (i + 1) & mask) {
      V present = (V) shard[i];
      if (present == null) {
        return null;
      }
      if (present.low() == low && present.high() == high) {
        close(shard, i, mask);
        sizes[s]--;
        size--;
        return present;
      }
    }
  }

  /** Moves later entries of the run forward, so that no probe ends early. */
  @SuppressWarnings("unchecked")
  private void close(Object[] shard, int hole, int mask) {
    int gap = hole;
    int i = hole;
    while (true) {
      i = (i + 1) & mask;
      V value = (V) shard[i];
      if (value == null) {
        shard[gap] = null;
        return;
      }
      int home = (int) hash(value.high(), value.low()) & mask;
      if (((i - home) & mask) >= ((i - gap) & mask)) {
        shard[gap] = value;
        gap = i;
      }
    }
  }

  @SuppressWarnings("unchecked")
  public void forEach(Consumer<? super V> action) {
    for (Object[] shard : shards) {
      if (shard != null) {
        for (Object value : shard) {
          if (value != null) {
            action.accept((V) value);
          }
        }
      }
    }
  }

  @SuppressWarnings("unchecked")
  private Object[] grow(Object[] shard) {
    Object[] larger = new Object[shard.length * 2];
    int mask = larger.length - 1;
    for (Object value : shard) {
      if (value != null) {
        V v = (V) value;
        int i = (int) hash(v.high(), v.low()) & mask;
        while (larger[i] != null) {
          i = (i + 1) & mask;
        }
        larger[i] = value;
      }
    }
    return larger;
  }

  private static int shardOf(long hash) {
    return (int) (hash >>> (64 - SHARD_BITS));
  }

  private static long hash(long high, long low) {
    long h = (high ^ Long.rotateLeft(low, 32)) * 0x9E37_79B9_7F4A_7C15L;
    h = (h ^ (h >>> 29) ^ low) * 0xBF58_476D_1CE4_E5B9L;
    return h ^ (h >>> 32);
  }
}
