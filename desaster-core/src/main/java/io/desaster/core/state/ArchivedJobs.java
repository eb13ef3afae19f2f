/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/**
 * The archived jobs of one state: which jobs of which blocks they are, and a table by id. Another
 * state has the same blocks. Of its own it has 12 to 24 bytes a job, all of them in arrays of
 * numbers.
 */
final class ArchivedJobs {
  private static final int POSITION_BITS = 9;
  private static final int POSITION = ArchivedBlock.JOBS_MAX - 1;

  /** A block and which of its jobs are here. */
  static final class Held {
    private final ArchivedBlock block;
    private final int number;
    private final long[] living;
    private int count;

    private Held(ArchivedBlock block, int number, long[] living, int count) {
      this.block = block;
      this.number = number;
      this.living = living;
      this.count = count;
    }

    private boolean has(int position) {
      return (living[position >> 6] >>> position & 1) != 0;
    }

    /** What is here, whatever happens afterwards. */
    private Held picture() {
      return new Held(block, number, living.clone(), count);
    }

    void forEach(Consumer<? super ArchivedJob> action) {
      for (int word = 0; word < living.length; word++) {
        for (long rest = living[word]; rest != 0; rest &= rest - 1) {
          int position = (word << 6) + Long.numberOfTrailingZeros(rest);
          action.accept(new ArchivedJob(block, position));
        }
      }
    }
  }

  /** Numbers of jobs by their ids: a block's number and the position in it. */
  private final class Shard extends IdShard {
    int[] jobs;

    Shard(int places) {
      super(places);
      jobs = new int[places];
    }

    Shard(Shard other) {
      super(other);
      jobs = other.jobs.clone();
    }

    @Override
    boolean holds(int place, long high, long low) {
      ArchivedBlock block = held(jobs[place]).block;
      int position = jobs[place] & POSITION;
      return block.low(position) == low && block.high(position) == high;
    }

    @Override
    void move(int from, int to) {
      jobs[to] = jobs[from];
    }

    @Override
    void clear(int place) {}

    @Override
    Object allot(int places) {
      int[] before = jobs;
      jobs = new int[places];
      return before;
    }

    @Override
    void take(Object before, int from, int to) {
      jobs[to] = ((int[]) before)[from];
    }
  }

  private final Shard[] shards = new Shard[IdShard.COUNT];
  private final Map<ArchivedBlock, Held> byBlock = new IdentityHashMap<>();
  private Held[] byNumber = new Held[8];

  /** Numbers below {@link #numbers} that belong to no block. */
  private int[] freeNumbers = new int[8];

  private int freeCount;
  private int numbers;
  private int size;

  /** The block that was last looked for: most come many times in turn. */
  private Held last;

  int size() {
    return size;
  }

  /** The archived job of this id, or null. */
  ArchivedJob get(long high, long low) {
    long hash = IdShard.hash(high, low);
    Shard shard = shards[IdShard.shardOf(hash)];
    int at = shard == null ? -1 : shard.find(high, low, IdShard.print(hash));
    if (at < 0) {
      return null;
    }
    int job = shard.jobs[at];
    return new ArchivedJob(held(job).block, job & POSITION);
  }

  /** Whether this very one is here. */
  boolean has(ArchivedJob job) {
    Held held = held(job.block());
    return held != null && held.has(job.position());
  }

  /** Adds one whose id is not here. */
  void add(ArchivedJob job) {
    Held held = held(job.block());
    if (held == null) {
      held = hold(job.block());
    }
    long hash = IdShard.hash(job.high(), job.low());
    int s = IdShard.shardOf(hash);
    if (shards[s] == null) {
      shards[s] = new Shard(IdShard.places(0));
    }
    int print = IdShard.print(hash);
    int at = shards[s].find(job.high(), job.low(), print);
    if (at >= 0) {
      throw new IllegalStateException("job " + job.id() + " is archived already");
    }
    int place = shards[s].insert(-at - 1, print);
    shards[s].jobs[place] = held.number << POSITION_BITS | job.position();
    held.living[job.position() >> 6] |= 1L << job.position();
    held.count++;
    size++;
  }

  /** Takes out the one of this id and returns it; null if there is none. */
  ArchivedJob remove(long high, long low) {
    long hash = IdShard.hash(high, low);
    Shard shard = shards[IdShard.shardOf(hash)];
    int at = shard == null ? -1 : shard.find(high, low, IdShard.print(hash));
    if (at < 0) {
      return null;
    }
    int job = shard.jobs[at];
    Held held = held(job);
    shard.remove(at);
    held.living[(job & POSITION) >> 6] &= ~(1L << job);
    held.count--;
    size--;
    if (held.count == 0) {
      release(held);
    }
    return new ArchivedJob(held.block, job & POSITION);
  }

  private Held held(int job) {
    return byNumber[job >>> POSITION_BITS];
  }

  private Held held(ArchivedBlock block) {
    if (last == null || last.block != block) {
      last = byBlock.get(block);
    }
    return last;
  }

  private Held hold(ArchivedBlock block) {
    int number = freeCount > 0 ? freeNumbers[--freeCount] : numbers++;
    if (number == byNumber.length) {
      byNumber = Arrays.copyOf(byNumber, number * 2);
    }
    last = new Held(block, number, new long[(block.capacity() + 63) >> 6], 0);
    byNumber[number] = last;
    byBlock.put(block, last);
    return last;
  }

  private void release(Held held) {
    byNumber[held.number] = null;
    byBlock.remove(held.block);
    last = null;
    if (freeCount == freeNumbers.length) {
      freeNumbers = Arrays.copyOf(freeNumbers, freeCount * 2);
    }
    freeNumbers[freeCount++] = held.number;
  }

  void forEach(Consumer<? super ArchivedJob> action) {
    for (int i = 0; i < numbers; i++) {
      if (byNumber[i] != null) {
        byNumber[i].forEach(action);
      }
    }
  }

  /** What is here, whatever happens afterwards; to be read by any thread. */
  Iterator<ArchivedJob> picture() {
    List<Held> all = new ArrayList<>(byBlock.size());
    for (int i = 0; i < numbers; i++) {
      if (byNumber[i] != null) {
        all.add(byNumber[i].picture());
      }
    }
    return new Picture(all.iterator());
  }

  private static final class Picture implements Iterator<ArchivedJob> {
    private final Iterator<Held> rest;
    private Iterator<ArchivedJob> block = Collections.emptyIterator();

    Picture(Iterator<Held> all) {
      rest = all;
    }

    @Override
    public boolean hasNext() {
      while (!block.hasNext() && rest.hasNext()) {
        List<ArchivedJob> jobs = new ArrayList<>();
        rest.next().forEach(jobs::add);
        block = jobs.iterator();
      }
      return block.hasNext();
    }

    @Override
    public ArchivedJob next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return block.next();
    }
  }

  /** The same jobs in the same blocks. */
  ArchivedJobs copy() {
    ArchivedJobs copy = new ArchivedJobs();
    copy.byNumber = new Held[byNumber.length];
    for (int i = 0; i < numbers; i++) {
      if (byNumber[i] != null) {
        copy.byNumber[i] = byNumber[i].picture();
        copy.byBlock.put(byNumber[i].block, copy.byNumber[i]);
      }
    }
    copy.freeNumbers = freeNumbers.clone();
    copy.freeCount = freeCount;
    copy.numbers = numbers;
    copy.size = size;
    for (int s = 0; s < shards.length; s++) {
      copy.shards[s] = shards[s] == null ? null : copy.new Shard(shards[s]);
    }
    return copy;
  }
}
