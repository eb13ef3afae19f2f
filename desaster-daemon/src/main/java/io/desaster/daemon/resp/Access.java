/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

/** What a verb touches, and by that what it may overtake on its connection. */
public enum Access {
  /** Only the connection or this process; answered at once. */
  LOCAL,
  /** Reads jobs, queues, …: waits until earlier writes of its connection are answered. */
  READ,
  /** Changes something: waits until earlier reads of its connection are answered. */
  WRITE
}
