/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Writes the wire form as JSON on one line. Bytes are a text if they are valid UTF-8, otherwise
 * {@code {"base64": "…"}}.
 */
public final class Json {
  private final StringBuilder out = new StringBuilder(256);

  private Json() {}

  /** The value (as the package describes it) as JSON. */
  public static String write(Object value) {
    Json json = new Json();
    json.value(value);
    return json.out.toString();
  }

  private void value(Object value) {
    if (value == null || value instanceof Number || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof byte[] bytes) {
      bytes(bytes);
    } else if (value instanceof Map<?, ?> map) {
      map(map);
    } else if (value instanceof List<?> list) {
      list(list);
    } else {
      text(value.toString());
    }
  }

  private void bytes(byte[] bytes) {
    try {
      text(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      map(Map.of("base64", Base64.getEncoder().encodeToString(bytes)));
    }
  }

  private void map(Map<?, ?> map) {
    char before = '{';
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(before);
      text(entry.getKey().toString());
      out.append(':');
      value(entry.getValue());
      before = ',';
    }
    out.append(map.isEmpty() ? "{}" : "}");
  }

  private void list(List<?> list) {
    char before = '[';
    for (Object element : list) {
      out.append(before);
      value(element);
      before = ',';
    }
    out.append(list.isEmpty() ? "[]" : "]");
  }

  private void text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      character(text.charAt(i));
    }
    out.append('"');
  }

  private void character(char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        // Line separators and lone surrogates are legal in a String but not everywhere in JSON.
        if (c < 0x20 || c == 0x2028 || c == 0x2029 || Character.isSurrogate(c) || c == 0x7f) {
          out.append(String.format("\\u%04x", (int) c));
        } else {
          out.append(c);
        }
      }
    }
  }
}
