/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

/**
 * Where the records of archived jobs go. The committed state has one, the working state none: it
 * shares what stands for the jobs.
 */
public interface Archive {
  /** Keeps nothing. */
  Archive NONE = (job, archived) -> {};

  /**
   * The job is archived from now on. Must not block; the record stays where it can be asked for
   * until it is on the disk.
   */
  void add(JobRecord job, ArchivedJob archived);
}
