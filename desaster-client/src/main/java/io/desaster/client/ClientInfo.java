/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.wire.Fields;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * INFO: a text of sections ({@code # Name}) with lines {@code name:value}; names may begin with
 * their section.
 */
final class ClientInfo {
  private ClientInfo() {}

  /** The facts as {@code section.name = value}, in order. */
  static Map<String, String> read(Object reply) {
    Map<String, String> facts = new LinkedHashMap<>();
    String section = "";
    for (String line : Fields.textOf(reply).split("\r?\n")) {
      int colon = line.indexOf(':');
      if (line.startsWith("# ")) {
        section = line.substring(2).toLowerCase(Locale.ROOT);
      } else if (colon > 0) {
        String name = line.substring(0, colon);
        String own = name.startsWith(section + '_') ? name.substring(section.length() + 1) : name;
        facts.put(section + '.' + own, line.substring(colon + 1));
      }
    }
    return facts;
  }
}
