/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api;

import io.desaster.api.event.DesasterEvent;
import java.util.function.Consumer;

/** What happens, as it happens. */
public interface Events {
  /**
   * Calls the listener, on an internal thread that must not be blocked, for each event whose topic
   * matches. A listener that is too slow loses events and is told so by one with topic {@code
   * events.lost}.
   *
   * @param pattern a topic in which {@code *} stands for any run of characters
   */
  Subscription subscribe(String pattern, Consumer<DesasterEvent> listener);

  /** Ends by {@link #close}. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
