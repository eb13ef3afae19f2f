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
   * <p>A pattern that begins with {@code eta.} asks for predictions: of those jobs that wait and
   * match it as {@code eta.QUEUE.ID}, the 256 that are to start first, it is told when they will
   * ({@link DesasterEvent#eta}), and again when that has moved by more than a tenth of the wait and
   * 1 s. Other patterns are not told of predictions, which cost something.
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
