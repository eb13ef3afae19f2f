/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import java.lang.reflect.Proxy;

/**
 * Lets a verb act on Ctrl-C and TERM instead of just ending. Java offers this only in a class that
 * not every runtime has, so it is looked up by name; where it is missing the process just ends.
 */
final class Interrupts {
  private Interrupts() {}

  /** Calls {@code action} on another thread each time INT or TERM arrives from now on. */
  static void onInterrupt(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                  return null;
                }
                return method.getName().equals("equals") ? self == arguments[0] : 0;
              });
      for (String name : new String[] {"INT", "TERM"}) {
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      }
    } catch (ReflectiveOperationException | IllegalArgumentException missing) {
      return;
    }
  }
}
