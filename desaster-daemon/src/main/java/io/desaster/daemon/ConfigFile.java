/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the options from a YAML file: a map of their long names to texts, numbers or lists. */
final class ConfigFile {
  static final int FILE = 2;

  private ConfigFile() {}

  /**
   * @throws UsageException if the file cannot be read or is no such map
   */
  static void read(Path file, Settings settings) {
    JsonNode root = parse(file);
    if (root.isMissingNode() || root.isNull()) {
      return;
    }
    if (!root.isObject()) {
      throw new UsageException(file + ": must be a map, for example 'port: 2691'");
    }
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      Option option =
          Option.byLongName(entry.getKey())
              .filter(known -> known.lasting() && known != Option.CONFIG)
              .orElseThrow(
                  () ->
                      new UsageException(
                          file
                              + ": there is no option '"
                              + entry.getKey()
                              + "'; options: "
                              + names()));
      settings.put(
          option, text(file, entry.getKey(), entry.getValue()), file + ": " + entry.getKey(), FILE);
    }
  }

  private static JsonNode parse(Path file) {
    try {
      return new YAMLMapper().readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new UsageException(file + ": is not YAML: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UsageException("cannot read the configuration file " + file + ": " + reason(e), e);
    }
  }

  private static String text(Path file, String name, JsonNode value) {
    if (value.isValueNode()) {
      return value.asText();
    }
    if (!value.isArray()) {
      throw new UsageException(file + ": " + name + " must be a text, a number or a list");
    }
    List<String> texts = new ArrayList<>();
    value.forEach(element -> texts.add(element.asText()));
    return String.join(",", texts);
  }

  private static String names() {
    List<String> names = new ArrayList<>();
    for (Option option : Option.values()) {
      if (option.lasting() && option != Option.CONFIG) {
        names.add(option.longName());
      }
    }
    return String.join(" ", names);
  }

  static String reason(IOException e) {
    if (e instanceof java.nio.file.NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof java.nio.file.AccessDeniedException) {
      return "permission denied";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
