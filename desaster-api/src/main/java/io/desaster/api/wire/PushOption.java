/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import java.nio.charset.StandardCharsets;

/** The options of {@code QUEUE PUSH}, found by their bytes in either case without garbage. */
enum PushOption {
  ID("id", "a UUID or any text"),
  KEY("key", "a text"),
  FLOW("flow", "a name"),
  PRIORITY("priority", "0 (best) to 7"),
  COST("cost", "a number of at least 0"),
  ESTIMATE("estimate", "a duration"),
  AT("at", "a time"),
  DELAY("delay", "a duration"),
  TTL("ttl", "a duration"),
  DEADLINE("deadline", "a duration"),
  TIMEOUT("timeout", "a duration"),
  GRACE("grace", "a duration"),
  RETRY("retry", "the number of attempts, at least 1"),
  RETRY_BASE("retry-base", "a duration"),
  RETRY_FACTOR("retry-factor", "a number, 1 to 1000"),
  RETRY_CAP("retry-cap", "a duration"),
  RETRY_JITTER("retry-jitter", "a number, 0 to 1"),
  NEVER_ON("never-on", "exit codes with commas between"),
  LABEL("label", "a label of the pool"),
  NODE("node", "a node's name"),
  AFTER("after", "ids of jobs with commas between"),
  ON_LOST("on-lost", "rerun, wait or fail"),
  LIMIT("limit", "a limit's name"),
  TAGS("tags", "words with commas between"),
  HOOK("hook", "a shell command"),
  MEMORY("memory", "a size such as 512M"),
  CPU("cpu", "a duration"),
  OUTPUT("output", "a size such as 16M"),
  NICE("nice", "-20 to 19"),
  REPLY("reply", "id or full");

  private static final int TABLE_SIZE = 128;
  private static final PushOption[] TABLE = new PushOption[TABLE_SIZE];

  static {
    for (PushOption option : values()) {
      int slot = slot(option.bytes);
      while (TABLE[slot] != null) {
        slot = (slot + 1) % TABLE_SIZE;
      }
      TABLE[slot] = option;
    }
  }

  private final String text;
  private final String possible;
  private final byte[] bytes;

  PushOption(String text, String possible) {
    this.text = text;
    this.possible = possible;
    this.bytes = text.getBytes(StandardCharsets.US_ASCII);
  }

  String text() {
    return text;
  }

  /** What its value may be, for messages. */
  String possible() {
    return possible;
  }

  /** The option of that name, or null. */
  static PushOption find(byte[] name) {
    int slot = slot(name);
    while (TABLE[slot] != null) {
      if (TABLE[slot].named(name)) {
        return TABLE[slot];
      }
      slot = (slot + 1) % TABLE_SIZE;
    }
    return null;
  }

  private boolean named(byte[] name) {
    if (name.length != bytes.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (lower(name[i]) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private static int slot(byte[] name) {
    int hash = 0;
    for (byte b : name) {
      hash = 31 * hash + lower(b);
    }
    return (hash ^ hash >>> 7) & TABLE_SIZE - 1;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + 32 : b;
  }
}
