/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.api.job.JobId;
import java.util.function.Consumer;

/**
 * A hash map from job ids to records that know their id, in many small {@linkplain IdShard shards}.
 * 12 to 24 bytes an entry.
 */
public final class IdMap<V extends IdMap.Identified> {
  /** Something with a job id. */
  public interface Identified {
    long high();

    long low();
  }

  private static final class Shard extends IdShard {
    Object[] values;

    Shard(int places) {
      super(places);
      values = new Object[places];
    }

    @Override
    boolean holds(int place, long high, long low) {
      Identified value = (Identified) values[place];
      return value.low() == low && value.high() == high;
    }

    @Override
    void move(int from, int to) {
      values[to] = values[from];
    }

    @Override
    void clear(int place) {
      values[place] = null;
    }

    @Override
    Object allot(int places) {
      Object[] before = values;
      values = new Object[places];
      return before;
    }

    @Override
    void take(Object before, int from, int to) {
      values[to] = ((Object[]) before)[from];
    }
  }

  private final Shard[] shards = new Shard[IdShard.COUNT];
  private final int firstPlaces;
  private int size;

  public IdMap() {
    this(0);
  }

  /**
   * @param count how many entries to have room for; more find theirs
   */
  public IdMap(int count) {
    firstPlaces = IdShard.places(count);
  }

  public int size() {
    return size;
  }

  public V get(JobId id) {
    return get(id.high(), id.low());
  }

  @SuppressWarnings("unchecked")
  public V get(long high, long low) {
    long hash = IdShard.hash(high, low);
    Shard shard = shards[IdShard.shardOf(hash)];
    if (shard == null) {
      return null;
    }
    int at = shard.find(high, low, IdShard.print(hash));
    return at < 0 ? null : (V) shard.values[at];
  }

  /** Returns the value replaced, or null. */
  @SuppressWarnings("unchecked")
  public V put(V value) {
    long hash = IdShard.hash(value.high(), value.low());
    int s = IdShard.shardOf(hash);
    Shard shard = shards[s];
    if (shard == null) {
      shard = new Shard(firstPlaces);
      shards[s] = shard;
    }
    int print = IdShard.print(hash);
    int at = shard.find(value.high(), value.low(), print);
    if (at >= 0) {
      V replaced = (V) shard.values[at];
      shard.values[at] = value;
      return replaced;
    }
    int place = shard.insert(-at - 1, print);
    shard.values[place] = value;
    size++;
    return null;
  }

  /** Returns the value removed, or null. */
  @SuppressWarnings("unchecked")
  public V remove(long high, long low) {
    long hash = IdShard.hash(high, low);
    Shard shard = shards[IdShard.shardOf(hash)];
    int at = shard == null ? -1 : shard.find(high, low, IdShard.print(hash));
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
}
