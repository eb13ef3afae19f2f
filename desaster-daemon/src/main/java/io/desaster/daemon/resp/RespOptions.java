/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

/**
 * How to listen and whom to serve.
 *
 * @param bindAddress local address, for example 0.0.0.0
 * @param port TCP port; 0: any free one
 * @param keys keys of the group
 * @param open serve other hosts although the key is the default one
 * @param eventLoops threads that serve connections, at least 1
 * @param nodeName name of this node as HELLO and INFO tell it
 * @param version version of the program
 */
public record RespOptions(
    String bindAddress,
    int port,
    GroupKeys keys,
    boolean open,
    int eventLoops,
    String nodeName,
    String version,
    RespLimits limits) {
  public RespOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535, not " + port);
    }
    if (eventLoops < 1) {
      throw new IllegalArgumentException("at least one event loop is needed, not " + eventLoops);
    }
  }

  /** Serves this host only, with the default key. */
  public static RespOptions local(int port) {
    return new RespOptions(
        "127.0.0.1", port, GroupKeys.DEFAULT, false, 1, "local", "0.1.0", RespLimits.defaults());
  }

  public RespOptions withKeys(GroupKeys newKeys) {
    return new RespOptions(bindAddress, port, newKeys, open, eventLoops, nodeName, version, limits);
  }

  public RespOptions withLimits(RespLimits newLimits) {
    return new RespOptions(bindAddress, port, keys, open, eventLoops, nodeName, version, newLimits);
  }
}
