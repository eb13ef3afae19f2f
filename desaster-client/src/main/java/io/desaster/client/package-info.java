/**
 * The {@link io.desaster.api.Desaster} interface over the wire, worker mode, and the start of a
 * daemon on demand.
 *
 * <p>A {@code DesasterClient} has one event loop, on which all of its connections and all state of
 * this package live. Calls put a {@code Request} on a {@code Link}; a link holds one connection to
 * one of the hosts, and goes on to the next host when it is lost. What was sent and not answered is
 * sent again only if twice is as good as once (a submit carries its id); everything else is
 * answered UNKNOWN.
 */
package io.desaster.client;
