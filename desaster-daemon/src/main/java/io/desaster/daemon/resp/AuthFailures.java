/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down those who guess keys. Each source (address, or user of this host) may fail ten times;
 * then one try a second comes back. Remembers the 10,000 sources that failed last.
 */
final class AuthFailures {
  private static final int FREE_TRIES = 10;
  private static final long TRY_MILLIS = 1_000;
  private static final int SOURCES_MAX = 10_000;

  /** When the tries of a source will all have come back; bounded, oldest out first. */
  private final Map<String, Long> fullAtMillis =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > SOURCES_MAX;
        }
      };

  /** Milliseconds until the source may try; 0: now. */
  synchronized long waitMillis(String source, long nowMillis) {
    Long full = fullAtMillis.get(source);
    return full == null ? 0 : Math.max(0, full - nowMillis - (FREE_TRIES - 1) * TRY_MILLIS);
  }

  synchronized void failed(String source, long nowMillis) {
    fullAtMillis.merge(
        source, nowMillis + TRY_MILLIS, (full, fresh) -> Math.max(full, nowMillis) + TRY_MILLIS);
  }

  synchronized void succeeded(String source) {
    fullAtMillis.remove(source);
  }
}
