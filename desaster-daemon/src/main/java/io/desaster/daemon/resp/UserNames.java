/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names of this host's users by their numbers, from the file of users; each is looked up once. */
final class UserNames {
  private static final Logger LOG = LoggerFactory.getLogger(UserNames.class);
  private static final int NAME = 0;
  private static final int NUMBER = 2;

  private final Path file;
  private final Map<Integer, String> known = new ConcurrentHashMap<>();

  UserNames(Path file) {
    this.file = file;
  }

  /** Whether {@link #of} answers without looking it up. */
  boolean knows(int user) {
    return known.containsKey(user);
  }

  /** The name, or {@code uid 1000} for a user that the file does not have. */
  String of(int user) {
    return known.computeIfAbsent(user, this::find);
  }

  private String find(int user) {
    String number = Integer.toString(user);
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
        String[] fields = line.split(":");
        if (fields.length > NUMBER && fields[NUMBER].equals(number)) {
          return fields[NAME];
        }
      }
    } catch (IOException e) {
      LOG.debug("users have numbers only: {}", e.toString());
    }
    return "uid " + number;
  }
}
