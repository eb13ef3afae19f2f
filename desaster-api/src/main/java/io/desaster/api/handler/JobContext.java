/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.handler;

import io.desaster.api.job.JobId;

/** What a {@link JobHandler} knows of the attempt it runs. Safe for use by several threads. */
public interface JobContext {
  JobId id();

  /** Number of this attempt, from 1. */
  int attempt();

  String queue();

  /** The job's payload; not to be changed. */
  byte[] payload();

  /** Tells how far the attempt is; {@code percent} is 0 to 100. */
  void progress(int percent, String text);

  /** True once the attempt has been told to end. */
  boolean cancelled();
}
