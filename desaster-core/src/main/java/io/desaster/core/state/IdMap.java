/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobId;
import java.util.function.Consumer;

/**
 * A hash map from job ids to records that know their id. Open addressing with linear probing,
 * spread over small shards that grow one by one, so that no insertion has to move more than a
 * thousandth of the whole. Beside each reference stands a 32-bit print of the id's hash, so that a
 * probe reads one array and touches no record but the one it looks for. 12 to 16 bytes an entry.
 */
public final class IdMap<V extends IdMap.Identified> {
  private static final int SHARD_BITS = 10;
  private static final int SHARD_MIN = 4;

  /** Something with a job id. */
  public interface Identified {
    long high();

    long low();
  }

  /** Prints and values in parallel; a print of 0 marks a free place. */
  private static final class Shard {
    int[] prints;
    Object[] values;
    int size;

    Shard(int places) {
      prints = new int[places];
      values = new Object[places];
    }

    /** Where the id is, or, negated and less one, where it would go. */
    int find(long high, long low, int print) {
      int mask = prints.length - 1;
      for (int i = print & mask; ; i = (i + 1) & mask) {
        int present = prints[i];
        if (present == 0) {
          return -i - 1;
        }
        if (present == print) {
          Identified value = (Identified) values[i];
          if (value.low() == low && value.high() == high) {
            return i;
          }
        }
      }
    }

    void insert(int at, int print, Object value) {
      int place = at;
      if ((size + 1) * 3 > prints.length * 2) {
        grow();
        place = free(print);
      }
      prints[place] = print;
      values[place] = value;
      size++;
    }

    private int free(int print) {
      int mask = prints.length - 1;
      int i = print & mask;
      while (prints[i] != 0) {
        i = (i + 1) & mask;
      }
      return i;
    }

    private void grow() {
      final int[] oldPrints = prints;
      final Object[] oldValues = values;
      prints = new int[oldPrints.length * 2];
      values = new Object[oldPrints.length * 2];
      for (int i = 0; i < oldPrints.length; i++) {
        if (oldPrints[i] != 0) {
          int place = free(oldPrints[i]);
          prints[place] = oldPrints[i];
          values[place] = oldValues[i];
        }
      }
    }

    /** Takes one out and moves later ones of the run forward, so that no probe ends early. */
    void remove(int at) {
      int mask = prints.length - 1;
      int gap = at;
      int i = at;
      while (true) {
        i = (i + 1) & mask;
        if (prints[i] == 0) {
          prints[gap] = 0;
          values[gap] = null;
          size--;
          return;
        }
        int home = prints[i] & mask;
        if (((i - home) & mask) >= ((i - gap) & mask)) {
          prints[gap] = prints[i];
          values[gap] = values[i];
          gap = i;
        }
      }
    }
  }

  private final Shard[] shards = new Shard[1 << SHARD_BITS];
  private final int firstPlaces;
  private int size;

  public IdMap() {
    this(0);
  }

  /**
   * @param count how many entries to have room for; more find theirs
   */
  public IdMap(int count) {
    int perShard = (count >> SHARD_BITS) * 3 / 2;
    firstPlaces = Math.max(SHARD_MIN, Integer.highestOneBit(perShard) << 1);
  }

  public int size() {
    return size;
  }

  public V get(JobId id) {
    return get(id.high(), id.low());
  }

  @SuppressWarnings("unchecked")
  public V get(long high, long low) {
    long hash = hash(high, low);
    Shard shard = shards[shardOf(hash)];
    if (shard == null) {
      return null;
    }
    int at = shard.find(high, low, print(hash));
    return at < 0 ? null : (V) shard.values[at];
  }

  /** Returns the value replaced, or null. */
  @SuppressWarnings("unchecked")
  public V put(V value) {
    long hash = hash(value.high(), value.low());
    int s = shardOf(hash);
    Shard shard = shards[s];
    if (shard == null) {
      shard = new Shard(firstPlaces);
      shards[s] = shard;
    }
    int print = print(hash);
    int at = shard.find(value.high(), value.low(), print);
    if (at >= 0) {
      V replaced = (V) shard.values[at];
      shard.values[at] = value;
      return replaced;
    }
    shard.insert(-at - 1, print, value);
    size++;
    return null;
  }

  /** Returns the value removed, or null. */
  @SuppressWarnings("unchecked")
  public V remove(long high, long low) {
    long hash = hash(high, low);
    Shard shard = shards[shardOf(hash)];
    int at = shard == null ? -1 : shard.find(high, low, print(hash));
    if (at < 0) {
      return null;
    }
    V removed = (V) shard.values[at];
    shard.remove(at);
    size--;
    return removed;
  }

  @SuppressWarnings("unchecked")
  public void forEach(Consumer<? super V> action) {
    for (Shard shard : shards) {
      if (shard != null) {
        for (Object value : shard.values) {
          if (value != null) {
            action.accept((V) value);
          }
        }
      }
    }
  }

  private static int shardOf(long hash) {
    return (int) (hash >>> (64 - SHARD_BITS));
  }

  private static int print(long hash) {
    int print = (int) hash;
    return print == 0 ? 1 : print;
  }

  private static long hash(long high, long low) {
    long h = (high ^ Long.rotateLeft(low, 32)) * 0x9E37_79B9_7F4A_7C15L;
    h = (h ^ (h >>> 29) ^ low) * 0xBF58_476D_1CE4_E5B9L;
    return h ^ (h >>> 32);
  }
}
