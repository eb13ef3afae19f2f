/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

/** Where a daemon listens. */
record Address(String host, int port) {
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
