/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Options with their values as texts, each with the place it was read from. */
final class Settings {
  private final Map<Option, Value> values = new EnumMap<>(Option.class);

  /**
   * A value as it was written.
   *
   * @param origin where it stands, for messages, for example {@code DESASTER_PORT}
   * @param rank 0 for the command line, 1 for the environment, 2 for the file
   */
  record Value(String text, String origin, int rank) {
    UsageException wrong(String why) {
      return new UsageException(origin + ": " + why);
    }

    UsageException wrong(String why, Throwable cause) {
      return new UsageException(origin + ": " + why, cause);
    }
  }

  /** Sets a value unless one of a higher rank is there. */
  void put(Option option, String text, String origin, int rank) {
    Value present = values.get(option);
    if (present == null || present.rank >= rank) {
      values.put(option, new Value(text, origin, rank));
    }
  }

  Optional<Value> find(Option option) {
    return Optional.ofNullable(values.get(option));
  }

  boolean on(Option option) {
    return find(option).map(Settings::truth).orElse(false);
  }

  private static boolean truth(Value value) {
    return switch (value.text().toLowerCase(java.util.Locale.ROOT)) {
      case "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0", "" -> false;
      default -> throw value.wrong("must be true or false, not '" + value.text() + "'");
    };
  }
}
