/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.JobId;
import io.desaster.api.spi.Worker;
import java.io.PrintStream;

/** Copies what one attempt writes, stdout to one stream and stderr to another, each byte once. */
final class OutputCopier {
  private static final int PIECE_BYTES = 256 << 10;

  private final Session session;
  private final JobId job;
  private final int attempt;
  private final Stream[] streams;

  /**
   * @param out where stdout goes; null: nowhere
   * @param err where stderr goes; null: nowhere
   */
  OutputCopier(Session session, JobId job, int attempt, PrintStream out, PrintStream err) {
    this.session = session;
    this.job = job;
    this.attempt = attempt;
    this.streams = new Stream[] {new Stream(false, out), new Stream(true, err)};
  }

  /** Begins this many bytes before the present end instead of at the beginning. */
  OutputCopier fromEnd(long bytes) {
    for (Stream stream : streams) {
      stream.offset = -bytes;
    }
    return this;
  }

  int attempt() {
    return attempt;
  }

  /**
   * Copies what is there now.
   *
   * @param over whether the attempt was over before this call: then what is missing will not come
   * @param before runs before the first byte is written
   * @return whether there was anything
   */
  boolean copy(boolean over, Runnable before) {
    boolean any = false;
    for (Stream stream : streams) {
      while (!stream.complete && copyPiece(stream, over, before)) {
        any = true;
      }
    }
    return any;
  }

  /** Whether the attempt is over and all it wrote is copied. */
  boolean complete() {
    return streams[0].complete && streams[1].complete;
  }

  private boolean copyPiece(Stream stream, boolean over, Runnable before) {
    Worker.Output piece;
    try {
      piece =
          session.get(
              session
                  .desaster()
                  .jobs()
                  .output(job, attempt, stream.error, stream.offset, PIECE_BYTES));
    } catch (DesasterException e) {
      if (e.code() != ErrorCode.NOTFOUND) {
        throw e;
      }
      // Not begun yet; or, once it is over, a worker without output.
      stream.complete = over;
      return false;
    }
    if (piece.bytes().length > 0) {
      before.run();
      stream.write(piece);
    }
    stream.offset = piece.offset() + piece.bytes().length;
    stream.complete = piece.complete() && stream.offset >= piece.size();
    return piece.bytes().length > 0;
  }

  private static final class Stream {
    private final boolean error;
    private final PrintStream target;
    private long offset;
    private boolean complete;

    Stream(boolean error, PrintStream target) {
      this.error = error;
      this.target = target;
      this.complete = target == null;
    }

    void write(Worker.Output piece) {
      if (offset >= 0 && piece.offset() > offset) {
        target.printf(
            "%n[%d bytes beyond the output limit are left out here]%n", piece.offset() - offset);
      }
      target.write(piece.bytes(), 0, piece.bytes().length);
      target.flush();
    }
  }
}
