/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

/**
 * Where a daemon listens and what it wants to hear.
 *
 * @param key group key; never printed
 */
record Address(String host, int port, String key) {

  /** Whether it is this host, as far as its name tells. */
  boolean local() {
    return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
