/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A directory in memory with a disk that can lose power. What was written is in the cache until it
 * is forced; {@link #powerLoss()} keeps or loses every unforced sector of 512 bytes by itself, and
 * every unsynced change of a name by itself. {@link #kill()} is the end of the process only: the
 * cache stays. Everything random comes from one seed.
 *
 * <p>Faults are set by the number of the operation that they hit: create, write, force, truncate,
 * rename, delete and sync count, in the order they come. {@link #failAt} makes one fail with an
 * {@link IOException} and leaves it half done; a failed force loses sectors and takes them for
 * clean, as Linux does. {@link #crashAt} throws a {@link SimulatedCrash} in the middle of one, and
 * from then on at every call, until {@code powerLoss()} or {@code kill()} starts a new life. Files
 * opened in an earlier life cannot be used.
 */
public final class SimulatedFiles implements LogFiles {
  private static final int SECTOR_BYTES = 512;

  private final Random random;
  private final Map<String, Inode> onDisk = new TreeMap<>();
  private final Map<String, Inode> names = new TreeMap<>();
  private final List<NameChange> unsynced = new ArrayList<>();
  private long capacityBytes = Long.MAX_VALUE;
  private long operations;
  private long failAt = -1;
  private long crashAt = -1;
  private boolean dead;
  private boolean locked;
  private int life;

  /** A file got a name, lost it, or both. */
  private record NameChange(String from, String to, Inode inode) {
    void applyTo(Map<String, Inode> directory) {
      if (from != null) {
        directory.remove(from, inode);
      }
      if (to != null) {
        directory.put(to, inode);
      }
    }
  }

  public SimulatedFiles(long seed) {
    random = Seeds.random(seed);
  }

  // Faults.

  /** How many operations there were. */
  public synchronized long operations() {
    return operations;
  }

  /** The operation with this number, counted from 0, fails. */
  public synchronized void failAt(long operation) {
    failAt = operation;
  }

  /** The machine dies in the middle of the operation with this number, counted from 0. */
  public synchronized void crashAt(long operation) {
    crashAt = operation;
  }

  /** How many bytes fit on the disk, for all files together. */
  public synchronized void capacityBytes(long bytes) {
    capacityBytes = bytes;
  }

  /** What a machine finds that starts again after its power was cut. */
  public synchronized void powerLoss() {
    double kept = new double[] {0, 0.5, 0.9, 1}[random.nextInt(4)];
    for (NameChange change : unsynced) {
      if (random.nextDouble() < kept) {
        change.applyTo(onDisk);
      }
    }
    unsynced.clear();
    names.clear();
    names.putAll(onDisk);
    for (Inode inode : names.values()) {
      inode.lose(kept);
    }
    newLife();
  }

  /** What a process finds that starts again after it was killed. */
  public synchronized void kill() {
    newLife();
  }

  private void newLife() {
    dead = false;
    locked = false;
    failAt = -1;
    crashAt = -1;
    life++;
  }

  /** The bytes of a file as a reader sees them. */
  public synchronized byte[] content(String name) throws IOException {
    Inode inode = inode(name);
    return Arrays.copyOf(inode.cache, inode.size);
  }

  /** Changes a byte on the disk behind everybody's back. */
  public synchronized void damage(String name, int offset, int xor) throws IOException {
    Inode inode = inode(name);
    inode.cache[offset] ^= (byte) xor;
    if (offset < inode.disk.length) {
      inode.disk[offset] ^= (byte) xor;
    }
  }

  /** Replaces the end of a file behind everybody's back. */
  public synchronized void cutOff(String name, int size) throws IOException {
    Inode inode = inode(name);
    inode.size = size;
    inode.cache = Arrays.copyOf(inode.cache, size);
    inode.disk = Arrays.copyOf(inode.disk, Math.min(inode.disk.length, size));
    inode.dirty.clear();
  }

  /** Removes a file behind everybody's back. */
  public synchronized void lose(String name) {
    names.remove(name);
    onDisk.remove(name);
  }

  /** A copy of all that is there, as after a kill; {@code seed} is for what happens to it. */
  public synchronized SimulatedFiles copy(long seed) {
    SimulatedFiles copy = new SimulatedFiles(seed);
    names.forEach(
        (name, inode) -> {
          Inode same = copy.new Inode();
          same.size = inode.size;
          same.cache = Arrays.copyOf(inode.cache, inode.size);
          same.disk = same.cache.clone();
          copy.names.put(name, same);
          copy.onDisk.put(name, same);
        });
    return copy;
  }

  // The port.

  @Override
  public synchronized List<String> list() {
    requireAlive();
    return List.copyOf(names.keySet());
  }

  @Override
  public synchronized LogFile create(String name) throws IOException {
    begin("create " + name);
    if (names.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    Inode inode = new Inode();
    change(new NameChange(null, name, inode));
    return new OpenFile(inode);
  }

  @Override
  public synchronized LogFile open(String name) throws IOException {
    requireAlive();
    return new OpenFile(inode(name));
  }

  @Override
  public LogFile openToRead(String name) throws IOException {
    return open(name);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    Inode inode = inode(from);
    begin("rename " + from);
    change(new NameChange(from, to, inode));
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    requireAlive();
    if (names.containsKey(name)) {
      begin("delete " + name);
      change(new NameChange(name, null, names.get(name)));
    }
  }

  private void change(NameChange change) {
    change.applyTo(names);
    unsynced.add(change);
  }

  @Override
  public synchronized void sync() throws IOException {
    if (strikes("sync")) {
      throw struck("sync");
    }
    unsynced.forEach(change -> change.applyTo(onDisk));
    unsynced.clear();
  }

  @Override
  public synchronized long freeBytes() {
    requireAlive();
    return room();
  }

  private long room() {
    return capacityBytes - names.values().stream().mapToLong(inode -> inode.size).sum();
  }

  @Override
  public String path(String name) {
    return "/simulated/" + name;
  }

  @Override
  public synchronized void lock() throws IOException {
    requireAlive();
    if (locked) {
      throw new IOException("locked");
    }
    locked = true;
  }

  @Override
  public synchronized void close() {
    locked = false;
  }

  private Inode inode(String name) throws IOException {
    Inode inode = names.get(name);
    if (inode == null) {
      throw new FileNotFoundException(path(name));
    }
    return inode;
  }

  private void requireAlive() {
    if (dead) {
      throw new SimulatedCrash("used after a crash");
    }
  }

  /** Counts an operation that is done as a whole or not at all. */
  private void begin(String what) throws IOException {
    if (strikes(what)) {
      throw struck(what);
    }
  }

  private boolean strikes(String what) {
    requireAlive();
    long operation = operations++;
    if (operation == crashAt) {
      dead = true;
    }
    return dead || operation == failAt;
  }

  /** What a failing or crashing operation throws. */
  private IOException struck(String what) {
    if (dead) {
      throw new SimulatedCrash("crash at operation " + (operations - 1) + ": " + what);
    }
    return new IOException("simulated failure of operation " + (operations - 1) + ": " + what);
  }

  /** A file: what readers see, and what the disk has. */
  private final class Inode {
    private byte[] cache = new byte[0];
    private int size;
    private byte[] disk = new byte[0];
    private final BitSet dirty = new BitSet();

    void write(int position, byte[] bytes, int offset, int length) throws IOException {
      int end = position + length;
      if (end > size && end - size > room()) {
        throw new NoRoomException("No space left on the simulated device");
      }
      if (end > cache.length) {
        cache = Arrays.copyOf(cache, Math.max(end, cache.length * 2));
      }
      size = Math.max(size, end);
      System.arraycopy(bytes, offset, cache, position, length);
      if (length > 0) {
        dirty.set(position / SECTOR_BYTES, (end - 1) / SECTOR_BYTES + 1);
      }
    }

    /** Only what is dirty is written: what a failed force took for clean stays lost. */
    void force() {
      keepSome(1);
    }

    void truncate(int toSize) {
      dirty.set(toSize / SECTOR_BYTES, cache.length / SECTOR_BYTES + 1);
      Arrays.fill(cache, toSize, cache.length, (byte) 0);
      size = toSize;
    }

    /** Some dirty sectors reach the disk; the others stay in the cache only. */
    void keepSome(double kept) {
      boolean sizeKept = disk.length == size || random.nextDouble() < kept;
      int diskSize = sizeKept ? size : disk.length;
      disk = disk.length == diskSize ? disk : Arrays.copyOf(disk, diskSize);
      for (int sector = dirty.nextSetBit(0); sector >= 0; sector = dirty.nextSetBit(sector + 1)) {
        int from = sector * SECTOR_BYTES;
        int to = Math.min(Math.min(from + SECTOR_BYTES, size), diskSize);
        if (from < to && random.nextDouble() < kept) {
          System.arraycopy(cache, from, disk, from, to - from);
        }
      }
      dirty.clear();
    }

    void lose(double kept) {
      keepSome(kept);
      cache = disk.clone();
      size = disk.length;
    }
  }

  private final class OpenFile implements LogFile {
    private final Inode inode;
    private final int openedIn = life;
    private boolean closed;

    OpenFile(Inode inode) {
      this.inode = inode;
    }

    @Override
    public int read(long position, byte[] bytes, int offset, int length) throws IOException {
      synchronized (SimulatedFiles.this) {
        requireUsable();
        int count = (int) Math.max(0, Math.min(length, inode.size - position));
        System.arraycopy(inode.cache, (int) Math.min(position, inode.size), bytes, offset, count);
        return count;
      }
    }

    @Override
    public void write(long position, byte[] bytes, int offset, int length) throws IOException {
      synchronized (SimulatedFiles.this) {
        requireUsable();
        if (strikes("write")) {
          inode.write((int) position, bytes, offset, random.nextInt(length + 1));
          throw struck("write");
        }
        inode.write((int) position, bytes, offset, length);
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (SimulatedFiles.this) {
        requireUsable();
        if (strikes("force")) {
          if (!dead) {
            inode.keepSome(random.nextDouble());
          }
          throw struck("force");
        }
        inode.force();
      }
    }

    @Override
    public void truncate(long toSize) throws IOException {
      synchronized (SimulatedFiles.this) {
        requireUsable();
        begin("truncate");
        inode.truncate((int) toSize);
      }
    }

    @Override
    public long size() {
      return inode.size;
    }

    @Override
    public void close() {
      closed = true;
    }

    private void requireUsable() throws IOException {
      requireAlive();
      if (openedIn != life) {
        throw new SimulatedCrash("a file of an earlier life was used");
      }
      if (closed) {
        throw new IOException("the file is closed");
      }
    }
  }
}
