/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.Desaster;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.daemon.DaemonConfig;
import io.desaster.daemon.Surroundings;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** One call of the command line: its connection options, its connection, its output. */
final class Session implements AutoCloseable {
  private static final long ANSWER_SECONDS = 60;

  private final Outside outside;
  private Desaster desaster;

  @Option(
      names = {"-H", "--host"},
      paramLabel = "HOST",
      scope = ScopeType.INHERIT,
      description = "host of the daemon [DESASTER_HOST, else this one]")
  private String host;

  @Option(
      names = {"-p", "--port"},
      paramLabel = "NUMBER",
      scope = ScopeType.INHERIT,
      description = "port of the daemon [DESASTER_PORT, else 2691]")
  private String port;

  @Option(
      names = {"-k", "--group-key"},
      paramLabel = "GROUP_KEY",
      scope = ScopeType.INHERIT,
      description = "key of the group; others see it in the process list [DESASTER_KEY]")
  private String key;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "file that holds the key of the group [DESASTER_KEY_FILE]")
  private String keyFile;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "data directory of a daemon on this host [DESASTER_DATA_DIR]")
  private String dataDir;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "YAML file with the daemon's options [DESASTER_CONFIG]")
  private String configFile;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "answer in JSON, with the names of the protocol")
  private boolean json;

  @Option(
      names = {"-?", "-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "prints this help")
  private boolean help;

  Session(Outside outside) {
    this.outside = outside;
  }

  /** What comes on stdin. */
  InputStream in() {
    return outside.in();
  }

  Surroundings surroundings() {
    return outside.surroundings();
  }

  Printer printer() {
    return outside.printer();
  }

  /** Starts a daemon on this host if none answers. */
  void ensureDaemon() {
    outside.starter().ensureRunning(this);
  }

  /** The starter of daemons on this host. */
  DaemonStarter starter() {
    return outside.starter();
  }

  /** Does this on Ctrl-C instead of ending. */
  void onInterrupt(Runnable action) {
    outside.interrupts().accept(action);
  }

  /** Whether the answer shall be JSON. */
  boolean json() {
    return json;
  }

  /** The options that were given on the command line, as the daemon takes them. */
  List<String> daemonArguments() {
    List<String> arguments = new ArrayList<>();
    add(arguments, "--port", port);
    add(arguments, "--key", key);
    add(arguments, "--key-file", keyFile);
    add(arguments, "--data-dir", dataDir);
    add(arguments, "--config", configFile);
    return arguments;
  }

  private static void add(List<String> arguments, String name, String value) {
    if (value != null) {
      arguments.add(name + "=" + value);
    }
  }

  /** The configuration file that was given, as an absolute path. */
  Optional<Path> configFile() {
    return file(configFile, "DESASTER_CONFIG");
  }

  /** The file the key comes from, as an absolute path; empty if it was given directly. */
  Optional<Path> keyFile() {
    return key == null ? file(keyFile, "DESASTER_KEY_FILE") : Optional.empty();
  }

  private Optional<Path> file(String given, String variable) {
    return Optional.ofNullable(given != null ? given : surroundings().environment().get(variable))
        .map(surroundings().workingDirectory()::resolve);
  }

  DaemonConfig config() {
    return DaemonConfig.load(daemonArguments(), surroundings());
  }

  Address address() {
    DaemonConfig config = config();
    String name = host != null ? host : surroundings().environment().get("DESASTER_HOST");
    if (name == null || name.isEmpty()) {
      String bound = config.bindAddress();
      boolean any = bound.equals("0.0.0.0") || bound.equals("::");
      name = any ? "127.0.0.1" : bound;
    }
    return new Address(name, config.port(), config.key());
  }

  /** The daemon; connects at the first call. */
  Desaster desaster() {
    if (desaster == null) {
      desaster = outside.opener().open(address());
    }
    return desaster;
  }

  /** Who asks, for the record. */
  String user() {
    return System.getProperty("user.name", "?");
  }

  /** Waits for an answer. */
  <T> T get(CompletionStage<T> stage) {
    return get(stage, ANSWER_SECONDS);
  }

  /** Waits for an answer for so long; after that it is unknown whether the request was done. */
  <T> T get(CompletionStage<T> stage, long seconds) {
    try {
      return stage.toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DesasterException refusal) {
        throw refusal;
      }
      if (e.getCause() instanceof IllegalArgumentException wrong) {
        throw new DesasterException(ErrorCode.INVALID, wrong.getMessage());
      }
      throw new CliException(ExitCode.INTERNAL, String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new CliException(
          ExitCode.UNKNOWN,
          "the daemon at "
              + address()
              + " did not answer within "
              + seconds
              + " s; whether it did what was asked is unknown",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ExitCode.INTERRUPTED, "interrupted", e);
    }
  }

  @Override
  public void close() {
    if (desaster != null) {
      desaster.close();
    }
  }
}
