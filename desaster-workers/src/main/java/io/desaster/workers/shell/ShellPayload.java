/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.shell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.desaster.workers.process.ProcessSpec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a shell job is: {@code {"command": "for /bin/sh -c" | ["program", "argument", …], "env": {},
 * "cwd": "", "stdin": "", "user": "", "umask": "022"}}. A payload that is no JSON object is the
 * command itself, for {@code /bin/sh -c}.
 */
public final class ShellPayload {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final int OCTAL = 8;

  private final ProcessSpec process;

  private ShellPayload(ProcessSpec process) {
    this.process = process;
  }

  /** The process it means. */
  public ProcessSpec process() {
    return process;
  }

  /**
   * Reads and checks a payload.
   *
   * @throws IllegalArgumentException with a message for the user who gave it
   */
  public static ShellPayload parse(byte[] payload) {
    String text = decode(payload);
    if (text.isBlank()) {
      throw new IllegalArgumentException("a shell job needs a command, and its payload is empty");
    }
    return new ShellPayload(text.stripLeading().startsWith("{") ? parseObject(text) : plain(text));
  }

  private static String decode(byte[] payload) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the payload of a shell job must be UTF-8", e);
    }
  }

  /** A command may begin with a brace too, as {@code { a; b; }}: only real JSON is an object. */
  private static ProcessSpec parseObject(String text) {
    JsonNode object;
    try {
      object = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      if (text.stripLeading().matches("(?s)\\{\\s*\".*")) {
        throw new IllegalArgumentException(
            "the payload of a shell job begins like a JSON object but is none: "
                + e.getOriginalMessage(),
            e);
      }
      return plain(text);
    }
    return fromObject(object);
  }

  private static ProcessSpec plain(String command) {
    return new ProcessSpec(
        shell(command), Map.of(), "", ProcessSpec.NO_STDIN, "", ProcessSpec.NO_UMASK);
  }

  private static List<String> shell(String command) {
    return List.of("/bin/sh", "-c", command);
  }

  private static ProcessSpec fromObject(JsonNode object) {
    List<String> argv = List.of();
    Map<String, String> env = Map.of();
    String cwd = "";
    byte[] stdin = ProcessSpec.NO_STDIN;
    String user = "";
    int umask = ProcessSpec.NO_UMASK;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "command" -> argv = command(value);
        case "env" -> env = environment(value);
        case "cwd" -> cwd = absolute(text("cwd", value));
        case "stdin" -> stdin = stdin(value);
        case "user" -> user = text("user", value);
        case "umask" -> umask = umask(text("umask", value));
        default ->
            throw new IllegalArgumentException(
                "a shell job knows command, env, cwd, stdin, user and umask, not '"
                    + field.getKey()
                    + "'");
      }
    }
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("a shell job needs a \"command\", and none is given");
    }
    return new ProcessSpec(argv, env, cwd, stdin, user, umask);
  }

  private static List<String> command(JsonNode value) {
    if (value.isTextual() && !value.textValue().isBlank()) {
      return shell(value.textValue());
    }
    List<String> argv = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(argument -> argv.add(text("command", argument)));
    }
    if (argv.isEmpty()) {
      throw new IllegalArgumentException(
          "\"command\" must be a text for /bin/sh -c or a list of program and arguments, not "
              + value);
    }
    return argv;
  }

  private static Map<String, String> environment(JsonNode value) {
    if (!value.isObject()) {
      throw new IllegalArgumentException(
          "\"env\" must be an object of names and texts, not " + value);
    }
    Map<String, String> env = new LinkedHashMap<>();
    value.properties().forEach(f -> env.put(f.getKey(), text("env", f.getValue())));
    return env;
  }

  /** A text, or any bytes as {@code {"base64": "..."}}. */
  private static byte[] stdin(JsonNode value) {
    if (!value.isObject()) {
      return text("stdin", value).getBytes(StandardCharsets.UTF_8);
    }
    JsonNode coded = value.get("base64");
    if (value.size() != 1 || coded == null) {
      throw new IllegalArgumentException(
          "\"stdin\" must be a text or {\"base64\": \"...\"}, not " + value);
    }
    try {
      return Base64.getDecoder().decode(text("stdin", coded));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"base64\" in \"stdin\" cannot be decoded: " + e.getMessage(), e);
    }
  }

  private static String text(String field, JsonNode value) {
    if (!value.isTextual()) {
      throw new IllegalArgumentException("\"" + field + "\" must hold text only, not " + value);
    }
    return value.textValue();
  }

  private static String absolute(String cwd) {
    if (!cwd.isEmpty() && !cwd.startsWith("/")) {
      throw new IllegalArgumentException("\"cwd\" must begin with '/', not be '" + cwd + "'");
    }
    return cwd;
  }

  private static int umask(String text) {
    try {
      return text.isEmpty() ? ProcessSpec.NO_UMASK : Integer.parseInt(text, OCTAL);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "\"umask\" must be octal digits as \"022\", not \"" + text + "\"", e);
    }
  }
}
