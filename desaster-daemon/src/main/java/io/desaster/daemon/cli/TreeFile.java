/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.desaster.api.wire.Json;
import io.desaster.api.wire.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** A tree of classes in a file: YAML or JSON, which is YAML too. */
final class TreeFile {
  private static final YAMLMapper MAPPER = mapper();

  private TreeFile() {}

  private static YAMLMapper mapper() {
    YAMLMapper mapper = new YAMLMapper();
    mapper.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    mapper.disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER);
    return mapper;
  }

  /**
   * Reads the tree from a file, or from stdin if it is called {@code -}.
   *
   * @return the tree as JSON
   */
  static String read(String file, Session session) {
    byte[] bytes;
    try {
      Path path = session.surroundings().workingDirectory().resolve(file);
      bytes = file.equals("-") ? session.in().readAllBytes() : Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw new CliException(ExitCode.USAGE, "tree: there is no file " + file, e);
    } catch (IOException e) {
      throw new CliException(ExitCode.USAGE, "tree: cannot read " + file + ": " + e, e);
    }
    return parse(file, bytes);
  }

  private static String parse(String file, byte[] bytes) {
    try {
      Object tree = MAPPER.readValue(bytes, Object.class);
      if (tree instanceof Map<?, ?>) {
        return Json.write(tree);
      }
      throw new CliException(
          ExitCode.USAGE,
          "tree: " + file + " must be a map such as 'kind: htb' with its classes, not " + tree);
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? ""
              : " in line "
                  + e.getLocation().getLineNr()
                  + " column "
                  + e.getLocation().getColumnNr();
      throw new CliException(
          ExitCode.USAGE,
          "tree: " + file + " is neither YAML nor JSON: " + e.getOriginalMessage() + place,
          e);
    } catch (IOException e) {
      throw new CliException(ExitCode.USAGE, "tree: cannot read " + file + ": " + e, e);
    }
  }

  /** A tree as YAML, to be read back. */
  static String yaml(String json) {
    try {
      return MAPPER.writeValueAsString(JsonReader.read(json));
    } catch (JsonProcessingException e) {
      throw new CliException(ExitCode.INTERNAL, "the tree cannot be written as YAML: " + e, e);
    }
  }
}
