/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.spi;

/** The time, both kinds of it. */
public interface Clock {
  /** Milliseconds since 1970; may jump when the host's clock is set. */
  long wallMillis();

  /** Milliseconds since some moment in the past; never jumps, for measuring lengths. */
  long monoMillis();

  /** The host's clocks. */
  Clock SYSTEM =
      new Clock() {
        @Override
        public long wallMillis() {
          return System.currentTimeMillis();
        }

        @Override
        public long monoMillis() {
          return System.nanoTime() / 1_000_000;
        }
      };
}
