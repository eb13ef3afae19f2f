/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.job.JobSpec;
import io.desaster.api.wire.Json;
import io.desaster.api.wire.PushOptions;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of a job, the same as those of {@code QUEUE PUSH}. */
final class PushOptionsMixin {
  @Option(
      names = {"-q", "--queue"},
      paramLabel = "QUEUE",
      description = "queue to put it into [the one named after the kind]")
  private String queue = "";

  @Option(names = "--kind", paramLabel = "KIND", description = "which worker runs it [shell]")
  private String kind = "shell";

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "its id, a UUID or any text; the same id again is the same job [a new one]")
  private String id;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "its identity for the queue's cool-down [kind and payload]")
  private String key;

  @Option(names = "--flow", paramLabel = "NAME", description = "whose it is, for fair queueing")
  private String flow;

  @Option(names = "--priority", paramLabel = "0..7", description = "0 goes first [4]")
  private String priority;

  @Option(names = "--cost", paramLabel = "NUMBER", description = "what its start is charged [1]")
  private String cost;

  @Option(names = "--estimate", paramLabel = "TIME", description = "how long it will run")
  private String estimate;

  @Option(names = "--at", paramLabel = "TIME", description = "not before, 2026-11-24T05:00:00Z")
  private String at;

  @Option(names = "--delay", paramLabel = "TIME", description = "not before so long from now")
  private String delay;

  @Option(names = "--ttl", paramLabel = "TIME", description = "fails if not started by then")
  private String ttl;

  @Option(names = "--deadline", paramLabel = "TIME", description = "from now; EDF orders by it")
  private String deadline;

  @Option(names = "--timeout", paramLabel = "TIME", description = "running time, 90s or 1h30m")
  private String timeout;

  @Option(names = "--grace", paramLabel = "TIME", description = "between TERM and KILL [10s]")
  private String grace;

  @Option(names = "--retry", paramLabel = "NUMBER", description = "attempts in all")
  private String retry;

  @Option(names = "--retry-base", paramLabel = "TIME", description = "wait after the first [5s]")
  private String retryBase;

  @Option(names = "--retry-factor", paramLabel = "NUMBER", description = "growth of the wait [2]")
  private String retryFactor;

  @Option(names = "--retry-cap", paramLabel = "TIME", description = "longest wait [6h]")
  private String retryCap;

  @Option(names = "--retry-jitter", paramLabel = "0..1", description = "spread of the wait [0.1]")
  private String retryJitter;

  @Option(names = "--never-on", paramLabel = "CODES", description = "exit codes that end it")
  private String neverOn;

  @Option(names = "--label", paramLabel = "WORD", description = "label that its pool must have")
  private String label;

  @Option(names = "--node", paramLabel = "NAME", description = "node it must run on")
  private String node;

  @Option(names = "--after", paramLabel = "IDS", description = "jobs that must have succeeded")
  private String after;

  @Option(
      names = "--on-lost",
      paramLabel = "rerun|wait|fail",
      description = "what to do when its node is silent [rerun]")
  private String onLost;

  @Option(names = "--limit", paramLabel = "NAME", description = "concurrency limit it shares")
  private String limit;

  @Option(names = "--tags", paramLabel = "WORDS", description = "words to find it by")
  private String tags;

  @Option(names = "--hook", paramLabel = "COMMAND", description = "runs when it failed for good")
  private String hook;

  @Option(names = "--memory", paramLabel = "SIZE", description = "of its processes, 512M")
  private String memory;

  @Option(names = "--cpu", paramLabel = "TIME", description = "CPU time of its processes")
  private String cpu;

  @Option(names = "--output", paramLabel = "SIZE", description = "kept of its output [16M]")
  private String output;

  @Option(names = "--nice", paramLabel = "-20..19", description = "niceness of its processes")
  private String nice;

  @Option(names = "--cwd", paramLabel = "DIR", description = "directory to run it in")
  private String directory;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "NAME[=VALUE]",
      description = "variable of its environment; without value the one it has here")
  private List<String> variables = new ArrayList<>();

  @Option(names = "--user", paramLabel = "NAME", description = "user to run it as")
  private String user;

  String kind() {
    return kind;
  }

  boolean hasId() {
    return id != null;
  }

  boolean hasRetry() {
    return retry != null
        || retryBase != null
        || retryFactor != null
        || retryCap != null
        || retryJitter != null
        || neverOn != null;
  }

  /** The job with this payload, as the options say. */
  JobSpec spec(byte[] payload) {
    byte[][] arguments =
        options().entrySet().stream()
            .flatMap(option -> java.util.stream.Stream.of(option.getKey(), option.getValue()))
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    return PushOptions.parse(queue, kind, payload, arguments, 0).spec();
  }

  /**
   * The payload of a shell job.
   *
   * @param command one word: a line for the shell; more: a program with its arguments
   * @param environment where variables without a value come from
   * @param fallbackDirectory if none was given; empty: the worker's
   * @param stdin what the command reads; null: nothing
   */
  byte[] shellPayload(
      List<String> command,
      Map<String, String> environment,
      String fallbackDirectory,
      byte[] stdin) {
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("command", command.size() == 1 ? command.get(0) : command);
    String cwd = directory == null ? fallbackDirectory : directory;
    if (!cwd.isEmpty()) {
      payload.put("cwd", cwd);
    }
    if (!variables.isEmpty()) {
      payload.put("env", environment(environment));
    }
    if (user != null) {
      payload.put("user", user);
    }
    if (stdin != null) {
      payload.put("stdin", text(stdin));
    }
    boolean plain = payload.size() == 1 && command.size() == 1;
    return (plain ? command.get(0) : Json.write(payload)).getBytes(StandardCharsets.UTF_8);
  }

  /** JSON holds texts only; other bytes are coded. */
  private static Object text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return Map.of("base64", Base64.getEncoder().encodeToString(bytes));
    }
  }

  private Map<String, String> environment(Map<String, String> own) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String variable : variables) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        environment.put(variable.substring(0, equals), variable.substring(equals + 1));
      } else if (own.containsKey(variable)) {
        environment.put(variable, own.get(variable));
      }
    }
    return environment;
  }

  private Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    put(options, "id", id);
    put(options, "key", key);
    put(options, "flow", flow);
    put(options, "priority", priority);
    put(options, "cost", cost);
    put(options, "estimate", estimate);
    put(options, "at", at);
    put(options, "delay", delay);
    put(options, "ttl", ttl);
    put(options, "deadline", deadline);
    put(options, "timeout", timeout);
    put(options, "grace", grace);
    put(options, "retry", retry);
    put(options, "retry-base", retryBase);
    put(options, "retry-factor", retryFactor);
    put(options, "retry-cap", retryCap);
    put(options, "retry-jitter", retryJitter);
    put(options, "never-on", neverOn);
    put(options, "label", label);
    put(options, "node", node);
    put(options, "after", after);
    put(options, "on-lost", onLost);
    put(options, "limit", limit);
    put(options, "tags", tags);
    put(options, "hook", hook);
    put(options, "memory", memory);
    put(options, "cpu", cpu);
    put(options, "output", output);
    put(options, "nice", nice);
    return options;
  }

  private static void put(Map<String, String> options, String name, String value) {
    if (value != null) {
      options.put(name, value);
    }
  }
}
