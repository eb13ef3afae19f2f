/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import java.util.EnumSet;
import java.util.Set;

/** The daemon's help. */
final class Usage {
  private static final Set<Option> CLASSIC =
      EnumSet.of(
          Option.HELP,
          Option.BIND_ADDRESS,
          Option.BROADCAST_ADDRESS,
          Option.PORT,
          Option.KEY,
          Option.STANDALONE);

  static final String SYNOPSIS =
      "usage: desaster [-a BIND_ADDR] [-b BROADCAST_ADDR] [-p PORT] [-k GROUP_KEY] [-s]\n";

  private static final String END =
      """

      Each option is also a variable of the environment (--data-dir is DESASTER_DATA_DIR) and a
      key of the configuration file (data-dir: /srv/desaster). The command line goes before the
      environment, that before the file.
      DIR is /var/lib/desaster for root and systemd, else $XDG_STATE_HOME/desaster.

      With a verb it is a client:  desaster run -- 'make test'      desaster help for all verbs
      """;

  private Usage() {}

  static String text() {
    StringBuilder text = new StringBuilder(SYNOPSIS);
    for (Option option : Option.values()) {
      if (CLASSIC.contains(option)) {
        line(text, option);
      }
    }
    text.append("\nmore options\n");
    for (Option option : Option.values()) {
      if (!CLASSIC.contains(option)) {
        line(text, option);
      }
    }
    return text.append(END).append('\n').append(Version.notice()).toString();
  }

  private static void line(StringBuilder text, Option option) {
    text.append(String.format(" %-30s %s%n", names(option), option.help()));
  }

  private static String names(Option option) {
    String names = option == Option.HELP ? "-?, " : "";
    if (option.shortName() != '\0') {
      names += "-" + option.shortName() + ", ";
    }
    names += "--" + option.longName();
    return option.flag() ? names : names + "=" + option.valueName();
  }
}
