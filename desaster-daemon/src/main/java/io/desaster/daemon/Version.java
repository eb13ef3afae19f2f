/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The version of this build and the notice that goes with it. */
public final class Version {
  private static final String NOTICE =
      """
      Copyright (C) 2026 the desaster authors
      License GPLv3+: GNU GPL version 3 or later <https://www.gnu.org/licenses/gpl-3.0.html>
      This is free software: you may change and redistribute it under that licence.
      There is NO WARRANTY, to the extent permitted by law.
      """;

  private Version() {}

  /** For example {@code 0.1.0}. */
  public static String number() {
    try (InputStream in = Version.class.getResourceAsStream("version.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new IllegalStateException("the version is missing from the jar", e);
    }
  }

  /** The lines about copyright and licence. */
  public static String notice() {
    return NOTICE;
  }

  static String text() {
    return "desaster " + number() + "\n" + NOTICE;
  }
}
