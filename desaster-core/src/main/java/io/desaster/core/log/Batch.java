/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.log;

/**
 * A batch to be appended. The log encodes it on its own thread; it must not change after it was
 * appended.
 */
public interface Batch {
  BatchHeader header();

  /** Writes the batch's payload. */
  void encodeTo(Output out);
}
