/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/** Values by whole numbers: open addressing with linear probing, no objects of its own. */
public final class LongMap<V> {
  private long[] keys = new long[8];
  private Object[] values = new Object[8];
  private int size;

  public int size() {
    return size;
  }

  public void put(long key, V value) {
    if (size * 2 >= keys.length) {
      grow();
    }
    int at = find(key);
    if (values[at] == null) {
      size++;
    }
    keys[at] = key;
    values[at] = value;
  }

  /** The value, or null. */
  @SuppressWarnings("unchecked")
  public V get(long key) {
    return (V) values[find(key)];
  }

  /** The value that was there, or null. */
  public V remove(long key) {
    int hole = find(key);
    @SuppressWarnings("unchecked")
    V value = (V) values[hole];
    if (value == null) {
      return null;
    }
    size--;
    values[hole] = null;
    int mask = keys.length - 1;
    for (int at = (hole + 1) & mask; values[at] != null; at = (at + 1) & mask) {
      int home = home(keys[at]);
      // An entry may fill the hole unless its home lies between the hole and its place.
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        keys[hole] = keys[at];
        values[hole] = values[at];
        values[at] = null;
        hole = at;
      }
    }
    return value;
  }

  @SuppressWarnings("unchecked")
  public void forEach(Consumer<V> action) {
    for (Object value : values) {
      if (value != null) {
        action.accept((V) value);
      }
    }
  }

  /** The values with their keys. */
  @SuppressWarnings("unchecked")
  public void forEachEntry(ObjLongConsumer<V> action) {
    for (int i = 0; i < keys.length; i++) {
      if (values[i] != null) {
        action.accept((V) values[i], keys[i]);
      }
    }
  }

  private int find(long key) {
    int mask = keys.length - 1;
    int at = home(key);
    while (values[at] != null && keys[at] != key) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private int home(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32) & (keys.length - 1);
  }

  private void grow() {
    long[] oldKeys = keys;
    Object[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    values = Arrays.copyOf(new Object[0], oldKeys.length * 2);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != null) {
        int at = find(oldKeys[i]);
        keys[at] = oldKeys[i];
        values[at] = oldValues[i];
      }
    }
  }
}
