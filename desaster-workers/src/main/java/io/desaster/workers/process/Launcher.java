/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import io.desaster.api.job.JobId;
import io.desaster.api.spi.AttemptEnd;
import java.io.Closeable;
import java.io.IOException;
import java.util.Set;

/**
 * The way to the process that starts jobs and outlives this one. Used by one thread, but for {@link
 * #wakeUp}. An {@link IOException} from any method means that the launcher may be gone: what was
 * asked may or may not have happened; {@link #connect} tells.
 */
interface Launcher extends Closeable {

  /**
   * Connects to the launcher of the run directory; where none lives, clears what the last one left
   * and starts another. Blocks, for seconds at most.
   *
   * @return the attempts that run; of all others with a directory the {@code exit} file tells
   */
  Set<AttemptKey> connect() throws IOException;

  /** Orders an attempt; one whose directory exists is not run. */
  void start(ProcessOrder order) throws IOException;

  /** Ends an attempt, or keeps an unknown one from ever starting. */
  void end(AttemptKey key, long graceMillis, String reason) throws IOException;

  /** Removes the directories of the job's attempts. */
  void release(JobId job) throws IOException;

  /** Waits until something happened or the time is over, and hands on what came. */
  void await(long millis, Reports reports) throws IOException;

  /** What becomes of orders. */
  interface Reports {
    void ended(AttemptEnd end);

    /** The order could not be carried out because the disk is full, and has left no trace. */
    default void noRoom(AttemptKey key, String why) {}
  }

  /** Makes {@link #await} return soon; from any thread. */
  void wakeUp();

  /** Parts from the launcher, which goes on. */
  @Override
  void close();
}
