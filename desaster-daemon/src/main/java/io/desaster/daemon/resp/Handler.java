/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

/**
 * Carries out a verb. Called on the connection's event loop, must not block, and sees to it that
 * the call is answered once, at once or later from any thread. May throw a {@link
 * io.desaster.api.error.DesasterException} or (for a wrong value) an IllegalArgumentException
 * instead of answering.
 */
@FunctionalInterface
public interface Handler {
  void handle(Call call);
}
