/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code desaster://key@host:2691,host2:2691} says.
 *
 * @param key the group's key, empty if there is none
 * @param hosts at least one
 */
record ClientUri(String key, List<Address> hosts) {
  static final int PORT_DEFAULT = 2691;
  private static final String SCHEME = "desaster://";

  /**
   * @throws IllegalArgumentException with what is wrong and how to write it
   */
  static ClientUri parse(String text) {
    if (!text.startsWith(SCHEME)) {
      throw wrong(text, "it does not begin with " + SCHEME);
    }
    String rest = text.substring(SCHEME.length());
    if (rest.endsWith("/")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    int at = rest.lastIndexOf('@');
    // Only percent signs are special in a key: a plus stands for itself.
    String key =
        at < 0
            ? ""
            : URLDecoder.decode(rest.substring(0, at).replace("+", "%2B"), StandardCharsets.UTF_8);
    List<Address> hosts = new ArrayList<>();
    for (String host : rest.substring(at + 1).split(",", -1)) {
      hosts.add(address(text, host.strip()));
    }
    return new ClientUri(key, List.copyOf(hosts));
  }

  private static Address address(String text, String host) {
    int colon = host.lastIndexOf(':');
    boolean bracketed = host.startsWith("[");
    int portAt = colon > host.lastIndexOf(']') ? colon : -1;
    String name = portAt < 0 ? host : host.substring(0, portAt);
    if (bracketed) {
      if (!name.endsWith("]")) {
        throw wrong(text, "a bracket is not closed in '" + host + "'");
      }
      name = name.substring(1, name.length() - 1);
    }
    if (name.isEmpty()) {
      throw wrong(text, "a host is empty");
    }
    return new Address(name, portAt < 0 ? PORT_DEFAULT : port(text, host.substring(portAt + 1)));
  }

  private static int port(String text, String port) {
    try {
      int number = Integer.parseInt(port);
      if (number > 0 && number <= 65_535) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw wrong(text, "'" + port + "' is not a port");
    }
    throw wrong(text, "'" + port + "' is not a port");
  }

  private static IllegalArgumentException wrong(String text, String why) {
    // The text may hold the key, which belongs in no log.
    String shown = text.replaceFirst("//.*@", "//…@");
    return new IllegalArgumentException(
        "'"
            + shown
            + "' is not the address of a desaster: "
            + why
            + "; write desaster://host, desaster://key@host:2691 or"
            + " desaster://key@host1:2691,host2:2691");
  }
}
