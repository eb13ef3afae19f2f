/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

/**
 * A small hash table by job id: open addressing with linear probing. A 32-bit print of the id's
 * hash stands in one array, what it belongs to in another, which a subclass has; so a probe reads
 * one array and touches no entry but the one it looks for. A print of 0 marks a free place.
 *
 * <p>Many of them make a table that grows piece by piece, so that no insertion has to move more
 * than a {@link #COUNT}th of the whole.
 */
abstract class IdShard {
  private static final int BITS = 10;
  private static final int PLACES_MIN = 4;

  /** Shards of a whole table. */
  static final int COUNT = 1 << BITS;

  private int[] prints;
  private int size;

  IdShard(int places) {
    prints = new int[places];
  }

  /** The same prints. */
  IdShard(IdShard other) {
    prints = other.prints.clone();
    size = other.size;
  }

  /** How many places a shard should have if all of them together hold so many entries. */
  static int places(int count) {
    int perShard = (count >> BITS) * 3 / 2;
    return Math.max(PLACES_MIN, Integer.highestOneBit(perShard) << 1);
  }

  static long hash(long high, long low) {
    long h = (high ^ Long.rotateLeft(low, 32)) * 0x9E37_79B9_7F4A_7C15L;
    h = (h ^ (h >>> 29) ^ low) * 0xBF58_476D_1CE4_E5B9L;
    return h ^ (h >>> 32);
  }

  /** Which of the shards has an id of this hash. */
  static int shardOf(long hash) {
    return (int) (hash >>> (64 - BITS));
  }

  static int print(long hash) {
    int print = (int) hash;
    return print == 0 ? 1 : print;
  }

  /** Whether the entry at a place has this id. */
  abstract boolean holds(int place, long high, long low);

  /** Puts the entry at one place to another, which is free. */
  abstract void move(int from, int to);

  abstract void clear(int place);

  /** Has room for so many entries, all free, from now on; returns what was there before. */
  abstract Object allot(int places);

  /** Puts to a place what was at another before {@link #allot}. */
  abstract void take(Object before, int from, int to);

  /** Where the id is, or, negated and less one, where it would go. */
  final int find(long high, long low, int print) {
    int mask = prints.length - 1;
    for (int i = print & mask; ; i = (i + 1) & mask) {
      int present = prints[i];
      if (present == 0) {
        return -i - 1;
      }
      if (present == print && holds(i, high, low)) {
        return i;
      }
    }
  }

  /**
   * Takes a place for a new entry.
   *
   * @param at from {@link #find}, no longer negated
   * @return where the entry goes
   */
  final int insert(int at, int print) {
    int place = at;
    if ((size + 1) * 3 > prints.length * 2) {
      grow();
      place = free(print);
    }
    prints[place] = print;
    size++;
    return place;
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
    final int[] old = prints;
    prints = new int[old.length * 2];
    Object before = allot(prints.length);
    for (int i = 0; i < old.length; i++) {
      if (old[i] != 0) {
        int place = free(old[i]);
        prints[place] = old[i];
        take(before, i, place);
      }
    }
  }

  /** Takes one out and moves later ones of the run forward, so that no probe ends early. */
  final void remove(int at) {
    int mask = prints.length - 1;
    int gap = at;
    int i = at;
    while (true) {
      i = (i + 1) & mask;
      if (prints[i] == 0) {
        prints[gap] = 0;
        clear(gap);
        size--;
        return;
      }
      int home = prints[i] & mask;
      if (((i - home) & mask) >= ((i - gap) & mask)) {
        prints[gap] = prints[i];
        move(i, gap);
        gap = i;
      }
    }
  }
}
