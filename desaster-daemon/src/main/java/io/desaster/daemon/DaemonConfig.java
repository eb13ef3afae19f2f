/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import io.desaster.api.queue.Sizes;
import io.desaster.core.audit.AuditLevel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the daemon was told. Every value comes from the command line, else the environment, else the
 * configuration file, else it is the default.
 *
 * @param bindAddress local address of the RESP port
 * @param broadcastAddress where a clustered node announces itself
 * @param port TCP port of the RESP server; 0 takes a free one
 * @param key shared secret of the group; never logged
 * @param standalone whether it stays alone
 * @param dataDir directory of journal, jobs' output and lock
 * @param name name of the node
 * @param webPort port of the web front end
 * @param labels labels of the node's pools
 * @param slots by kind, where they were given
 * @param peers hosts to peer with
 * @param maxPayloadBytes largest payload of a job
 * @param strictQueues whether queues must be made before use
 * @param open whether other hosts may give commands under the default key
 * @param launcher which launcher runs shell jobs
 * @param audit what goes into the audit log
 * @param logLevel least severity that is logged
 * @param logFile where to; empty: stderr
 */
public record DaemonConfig(
    String bindAddress,
    String broadcastAddress,
    int port,
    String key,
    boolean standalone,
    Path dataDir,
    String name,
    int webPort,
    List<String> labels,
    Map<String, SlotRange> slots,
    List<String> peers,
    int maxPayloadBytes,
    boolean strictQueues,
    boolean open,
    Launcher launcher,
    AuditLevel audit,
    LogLevel logLevel,
    Optional<Path> logFile) {

  public static final int DEFAULT_PORT = 2691;
  public static final String DEFAULT_KEY = "default";
  private static final int DEFAULT_MAX_PAYLOAD = 256 << 10;
  private static final int MOST_MAX_PAYLOAD = 8 << 20;
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /** Which launcher runs shell jobs. */
  public enum Launcher {
    /** The C launcher where there is one for this machine, else the other. */
    AUTO,
    /** The C launcher. */
    C,
    /** The one written for {@code /bin/sh}. */
    SH
  }

  /** Severity of log lines. */
  public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  /**
   * Reads the configuration.
   *
   * @throws UsageException naming the place of what is wrong
   */
  public static DaemonConfig load(List<String> arguments, Surroundings surroundings) {
    Settings settings = new Settings();
    CommandLineParser.readArguments(arguments, settings);
    return load(settings, surroundings);
  }

  static DaemonConfig load(Settings settings, Surroundings surroundings) {
    CommandLineParser.readEnvironment(surroundings.environment(), settings);
    settings
        .find(Option.CONFIG)
        .ifPresent(value -> ConfigFile.read(path(value, surroundings), settings));
    return new Reader(settings, surroundings).config();
  }

  public boolean hasDefaultKey() {
    return key.equals(DEFAULT_KEY);
  }

  @Override
  public String toString() {
    return "DaemonConfig[" + name + " " + bindAddress + ":" + port + " " + dataDir + "]";
  }

  private static Path path(Settings.Value value, Surroundings surroundings) {
    if (value.text().isEmpty()) {
      throw value.wrong("must not be empty");
    }
    return surroundings.workingDirectory().resolve(value.text()).normalize();
  }

  /** Makes values of texts. */
  private record Reader(Settings settings, Surroundings surroundings) {

    DaemonConfig config() {
      int port = port(Option.PORT, DEFAULT_PORT);
      return new DaemonConfig(
          text(Option.BIND_ADDRESS, "0.0.0.0"),
          text(Option.BROADCAST_ADDRESS, "255.255.255.255"),
          port,
          key(),
          settings.on(Option.STANDALONE),
          settings
              .find(Option.DATA_DIR)
              .map(value -> path(value, surroundings))
              .orElseGet(surroundings::defaultDataDir),
          name(),
          port(Option.WEB_PORT, port == 0 ? 0 : Math.min(port + 1, 65535)),
          words(Option.LABELS, true),
          slots(),
          words(Option.PEERS, false),
          maxPayload(),
          settings.on(Option.STRICT_QUEUES),
          settings.on(Option.OPEN),
          word(Option.LAUNCHER, Launcher.class, Launcher.AUTO),
          word(Option.AUDIT, AuditLevel.class, AuditLevel.CHANGES),
          word(Option.LOG_LEVEL, LogLevel.class, LogLevel.INFO),
          settings.find(Option.LOG_FILE).map(value -> path(value, surroundings)));
    }

    private String text(Option option, String fallback) {
      Optional<Settings.Value> value = settings.find(option);
      if (value.isPresent() && value.get().text().isBlank()) {
        throw value.get().wrong("must not be empty");
      }
      return value.map(Settings.Value::text).orElse(fallback);
    }

    private int port(Option option, int fallback) {
      Optional<Settings.Value> value = settings.find(option);
      if (value.isEmpty()) {
        return fallback;
      }
      try {
        int port = Integer.parseInt(value.get().text().trim());
        if (port >= 0 && port <= 65535) {
          return port;
        }
      } catch (NumberFormatException notANumber) {
        // Told below together with numbers out of range.
      }
      throw value.get().wrong("must be a port number up to 65535, not " + value.get().text());
    }

    /** The key itself goes before a file of the same place. */
    private String key() {
      Optional<Settings.Value> key = settings.find(Option.KEY);
      Optional<Settings.Value> file = settings.find(Option.KEY_FILE);
      if (file.isPresent() && (key.isEmpty() || file.get().rank() < key.get().rank())) {
        return keyOf(file.get());
      }
      return text(Option.KEY, DEFAULT_KEY);
    }

    private String keyOf(Settings.Value value) {
      Path file = path(value, surroundings);
      try {
        String key = Files.readString(file, StandardCharsets.UTF_8).strip();
        if (key.isEmpty()) {
          throw value.wrong("the file " + file + " is empty; write the group key into it");
        }
        return key;
      } catch (IOException e) {
        throw value.wrong("cannot read the key from " + file + ": " + ConfigFile.reason(e), e);
      }
    }

    private String name() {
      String name = text(Option.NAME, surroundings.hostName());
      if (!WORD.matcher(name).matches()) {
        throw new UsageException(
            settings.find(Option.NAME).map(Settings.Value::origin).orElse("the host name")
                + ": a node's name consists of up to 64 letters, digits, dots, dashes and"
                + " underscores, not '"
                + name
                + "'; give one with --name");
      }
      return name;
    }

    private List<String> words(Option option, boolean checked) {
      Optional<Settings.Value> value = settings.find(option);
      if (value.isEmpty()) {
        return List.of();
      }
      List<String> words =
          Arrays.stream(value.get().text().split("[,\\s]+"))
              .filter(word -> !word.isEmpty())
              .toList();
      for (String word : words) {
        if (checked && !WORD.matcher(word).matches()) {
          throw value
              .get()
              .wrong("'" + word + "' is not a word of letters, digits, dots, dashes, underscores");
        }
      }
      return words;
    }

    private Map<String, SlotRange> slots() {
      Optional<Settings.Value> value = settings.find(Option.SLOTS);
      try {
        return value.map(v -> SlotRange.parse(v.text())).orElse(Map.of());
      } catch (IllegalArgumentException e) {
        throw value.orElseThrow().wrong(e.getMessage(), e);
      }
    }

    private int maxPayload() {
      Optional<Settings.Value> value = settings.find(Option.MAX_PAYLOAD);
      if (value.isEmpty()) {
        return DEFAULT_MAX_PAYLOAD;
      }
      try {
        long bytes = Sizes.parse(value.get().text());
        if (bytes >= 1 && bytes <= MOST_MAX_PAYLOAD) {
          return (int) bytes;
        }
      } catch (IllegalArgumentException notASize) {
        // Told below together with sizes out of range.
      }
      throw value
          .get()
          .wrong("must be a size of up to 8M, for example 512K, not " + value.get().text());
    }

    private <E extends Enum<E>> E word(Option option, Class<E> type, E fallback) {
      Optional<Settings.Value> value = settings.find(option);
      if (value.isEmpty()) {
        return fallback;
      }
      for (E constant : type.getEnumConstants()) {
        if (constant.name().equalsIgnoreCase(value.get().text())) {
          return constant;
        }
      }
      List<String> possible =
          Arrays.stream(type.getEnumConstants())
              .map(constant -> constant.name().toLowerCase(Locale.ROOT))
              .toList();
      throw value
          .get()
          .wrong("must be one of " + String.join(", ", possible) + ", not " + value.get().text());
    }
  }
}
