/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** The keys that AUTH takes: one, or two while they are being exchanged. Only hashes are kept. */
public final class GroupKeys {
  /** The key everybody knows, which is as good as none. */
  public static final GroupKeys DEFAULT = of(List.of("default"));

  private final List<byte[]> hashes;
  private final boolean known;

  private GroupKeys(List<byte[]> hashes, boolean known) {
    this.hashes = hashes;
    this.known = known;
  }

  public static GroupKeys of(List<String> keys) {
    if (keys.isEmpty() || keys.contains("")) {
      throw new IllegalArgumentException("a group key must not be empty");
    }
    return new GroupKeys(
        keys.stream().map(key -> hash(key.getBytes(StandardCharsets.UTF_8))).toList(),
        keys.contains("default"));
  }

  /** Whether one of them is the default key, so that they prove nothing. */
  public boolean isDefault() {
    return known;
  }

  /** Compares in a time that does not depend on how much of the key is right. */
  boolean accept(byte[] key) {
    byte[] hash = hash(key);
    boolean accepted = false;
    for (byte[] own : hashes) {
      accepted |= MessageDigest.isEqual(own, hash);
    }
    return accepted;
  }

  private static byte[] hash(byte[] key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
