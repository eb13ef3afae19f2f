/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

import java.util.List;
import java.util.Objects;

/**
 * All that may be asked of a job besides its queue, kind and payload. Times are milliseconds; 0
 * means not set. Texts are never null; empty means not set.
 *
 * @param key identity for the cool-down; empty: a hash of kind and payload
 * @param flow name that SFQ and WFQ are fair between
 * @param priority 0 (best) to 7
 * @param cost what a start is charged, at least 0
 * @param estimateMillis expected running time, if the submitter knows it
 * @param atMillis not before this time (since 1970)
 * @param delayMillis not before this long after submission; excludes {@code atMillis}
 * @param ttlMillis FAILED {@code expired} if not started so long after it was due
 * @param deadlineMillis from submission; EDF orders by it
 * @param timeoutMillis running time after which an attempt is ended; 0: the queue's
 * @param graceMillis between TERM and KILL; 0: the queue's
 * @param retry when to try again; null: the queue's
 * @param label label that the pool must have
 * @param node node it must run on
 * @param after jobs that must have succeeded before
 * @param onLost what to do when its node is silent; null: the queue's
 * @param limit name of a concurrency limit it shares with other queues
 * @param tags words to find it by, without commas and surrounding blanks
 * @param hook shell command to run when it has FAILED for good
 * @param limits limits of its processes
 */
public record JobOptions(
    String key,
    String flow,
    int priority,
    double cost,
    long estimateMillis,
    long atMillis,
    long delayMillis,
    long ttlMillis,
    long deadlineMillis,
    long timeoutMillis,
    long graceMillis,
    RetryPolicy retry,
    String label,
    String node,
    List<JobId> after,
    OnLost onLost,
    String limit,
    List<String> tags,
    String hook,
    Limits limits) {

  public static final int PRIORITY_MAX = 7;
  public static final int PRIORITY_DEFAULT = 4;

  public static final JobOptions DEFAULT =
      new JobOptions(
          "",
          "",
          PRIORITY_DEFAULT,
          1,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          null,
          "",
          "",
          List.of(),
          null,
          "",
          List.of(),
          "",
          Limits.NONE);

  public JobOptions {
    Objects.requireNonNull(key);
    Objects.requireNonNull(flow);
    Objects.requireNonNull(label);
    Objects.requireNonNull(node);
    Objects.requireNonNull(limit);
    Objects.requireNonNull(hook);
    Objects.requireNonNull(limits);
    if (priority < 0 || priority > PRIORITY_MAX) {
      throw new IllegalArgumentException("priority must be 0 (best) to 7, not " + priority);
    }
    if (!(cost >= 0) || Double.isInfinite(cost)) {
      throw new IllegalArgumentException("cost must be a number of at least 0, not " + cost);
    }
    if (atMillis > 0 && delayMillis > 0) {
      throw new IllegalArgumentException("give either at or delay, not both");
    }
    for (long millis :
        new long[] {
          estimateMillis,
          atMillis,
          delayMillis,
          ttlMillis,
          deadlineMillis,
          timeoutMillis,
          graceMillis
        }) {
      if (millis < 0) {
        throw new IllegalArgumentException("times must not be negative, not " + millis + " ms");
      }
    }
    after = List.copyOf(after);
    tags = List.copyOf(tags);
    for (String tag : tags) {
      if (tag.isEmpty() || tag.indexOf(',') >= 0 || !tag.equals(tag.strip())) {
        throw new IllegalArgumentException(
            "a tag must be a word without commas and surrounding blanks, not '" + tag + "'");
      }
    }
  }
}
