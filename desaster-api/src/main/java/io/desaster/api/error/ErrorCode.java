/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.error;

/** The first word of every refusal, on the wire and in {@link DesasterException}. */
public enum ErrorCode {
  /** The request could not be understood: unknown verb, wrong number of arguments. */
  ERR,
  /** A key is required and none was given. */
  NOAUTH,
  /** The key given is wrong. */
  WRONGPASS,
  /** The caller is known, but may not do this. */
  DENIED,
  /** The job, queue, node, … named does not exist. */
  NOTFOUND,
  /** The id or name is taken by something different. */
  EXISTS,
  /** The id is older than the window in which ids are remembered; it was not run again. */
  EXPIRED,
  /** The key is in its cool-down; the message names the job that holds it. */
  DUPLICATE,
  /** A limit is reached (queue length, disk, memory); try again later. */
  FULL,
  /** A value is wrong; the message says which, why, and what would be right. */
  INVALID,
  /** The subject is not in a state that allows this. */
  STATE,
  /** The caller speaks of an attempt or mastership that has been replaced. */
  STALE,
  /** No scheduler master is known at present; nothing happened, try again. */
  NOMASTER,
  /** The master cannot reach a majority; nothing happened, try again or elsewhere. */
  NOQUORUM,
  /** It may or may not have happened: ask again with the same id. */
  UNKNOWN
}
