/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

/**
 * A batch to be appended. The log encodes it, most often on its own thread; it must not change
 * after it was appended.
 */
public interface Batch {
  BatchHeader header();

  /** How many events it has. */
  int size();

  /**
   * Appends the batch's payload. There may be bytes before it in the buffer, so offsets within the
   * payload count from {@link Output#size()} at the beginning. May be called twice.
   */
  void encodeTo(Output out);
}
