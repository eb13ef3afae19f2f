/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.job.JobId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the fields of one thing as they came over the wire: a map of RESP3, or the flat array of
 * names and values that RESP2 has for it; texts may be {@code String} or {@code byte[]}. Errors are
 * {@link IllegalArgumentException} and name the field.
 */
public final class Fields {
  private final Map<String, Object> values;

  private Fields(Map<String, Object> values) {
    this.values = values;
  }

  /** The fields in {@code reply}, which is a {@link Map} or a {@link List} of names and values. */
  public static Fields of(Object reply) {
    if (reply instanceof Map<?, ?> map && namedByTexts(map)) {
      @SuppressWarnings("unchecked")
      Map<String, Object> named = (Map<String, Object>) map;
      return new Fields(named);
    }
    Map<String, Object> values = new LinkedHashMap<>();
    if (reply instanceof Map<?, ?> map) {
      map.forEach((name, value) -> values.put(textOf(name), value));
    } else if (reply instanceof List<?> list && list.size() % 2 == 0) {
      for (int i = 0; i < list.size(); i += 2) {
        values.put(textOf(list.get(i)), list.get(i + 1));
      }
    } else {
      throw new IllegalArgumentException("a map of fields was expected, not " + describe(reply));
    }
    return new Fields(values);
  }

  private static boolean namedByTexts(Map<?, ?> map) {
    for (Object name : map.keySet()) {
      if (!(name instanceof String)) {
        return false;
      }
    }
    return true;
  }

  /** The fields of each element. */
  public static List<Fields> listOf(Object reply) {
    return listIn(reply).stream().map(Fields::of).toList();
  }

  /** A text that must be there. */
  public String requireText(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "field '" + name + "' is missing; there are " + values.keySet());
    }
    return textOf(value);
  }

  /** A text, empty if absent. */
  public String text(String name) {
    Object value = values.get(name);
    return value == null ? "" : textOf(value);
  }

  /** A whole number, 0 if absent. */
  public long number(String name) {
    Object value = values.get(name);
    return value == null ? 0 : numberOf(name, value);
  }

  /** A number that may have a fraction, NaN if absent. */
  public double amount(String name) {
    Object value = values.get(name);
    if (value == null) {
      return Double.NaN;
    }
    try {
      return value instanceof Number number
          ? number.doubleValue()
          : Double.parseDouble(textOf(value));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "field '" + name + "' is not a number: " + textOf(value), e);
    }
  }

  /** A whole number in the range of {@code int}, 0 if absent. */
  public int count(String name) {
    long number = number(name);
    if (number != (int) number) {
      throw new IllegalArgumentException("field '" + name + "' is out of range: " + number);
    }
    return (int) number;
  }

  /** True for true, 1 and {@code true}; false if absent. */
  public boolean flag(String name) {
    Object value = values.get(name);
    if (value instanceof Boolean flag) {
      return flag;
    }
    String text = text(name);
    return text.equals("1") || text.equals("true");
  }

  /** Bytes, empty if absent. */
  public byte[] bytes(String name) {
    Object value = values.get(name);
    if (value == null) {
      return new byte[0];
    }
    return value instanceof byte[] bytes ? bytes : textOf(value).getBytes(StandardCharsets.UTF_8);
  }

  /** A time, empty if absent. */
  public Optional<Instant> time(String name) {
    String text = text(name);
    return text.isEmpty() ? Optional.empty() : Optional.of(Times.parse(text));
  }

  /** A time, 1970 if absent. */
  Instant timeOrEpoch(String name) {
    return time(name).orElse(Instant.EPOCH);
  }

  /** A constant of {@code type}, which must be there. */
  public <E extends Enum<E>> E word(String name, Class<E> type) {
    String word = requireText(name);
    try {
      return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "field '" + name + "' has the value '" + word + "', which this version does not know", e);
    }
  }

  /** A constant of {@code type}, empty if absent. */
  public <E extends Enum<E>> Optional<E> optionalWord(String name, Class<E> type) {
    return has(name) ? Optional.of(word(name, type)) : Optional.empty();
  }

  /** A job's id, which must be there. */
  public JobId requireId(String name) {
    return values.get(name) instanceof byte[] bytes
        ? WireIds.read(bytes)
        : JobId.parse(requireText(name));
  }

  /** A list of texts, empty if absent. */
  public List<String> texts(String name) {
    return list(name).stream().map(Fields::textOf).toList();
  }

  /** A list, empty if absent. */
  public List<?> list(String name) {
    Object value = values.get(name);
    return value == null ? List.of() : listIn(value);
  }

  /** The fields of a thing inside, none if absent. */
  public Fields fields(String name) {
    Object value = values.get(name);
    return value == null ? new Fields(Map.of()) : of(value);
  }

  public boolean has(String name) {
    return values.get(name) != null;
  }

  /** All fields as texts, in order. */
  public Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    values.forEach((name, value) -> texts.put(name, textOf(value)));
    return texts;
  }

  /** The word for a constant: {@code TIMED_OUT} is {@code timed-out}. */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The text in a value of a reply. */
  public static String textOf(Object value) {
    if (value instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    if (value instanceof List || value instanceof Map) {
      throw new IllegalArgumentException("a text was expected, not " + describe(value));
    }
    return value == null ? "" : value.toString();
  }

  private static List<?> listIn(Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    // An empty map and an empty list are the same in RESP2.
    if (value instanceof Map<?, ?> map && map.isEmpty()) {
      return new ArrayList<>();
    }
    throw new IllegalArgumentException("a list was expected, not " + describe(value));
  }

  private static long numberOf(String name, Object value) {
    if (value instanceof Number number) {
      return number.longValue();
    }
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    try {
      return Long.parseLong(textOf(value));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "field '" + name + "' is not a whole number: " + textOf(value), e);
    }
  }

  private static String describe(Object value) {
    if (value instanceof List<?> list) {
      return "a list of " + list.size();
    }
    if (value instanceof Map) {
      return "a map";
    }
    return value == null ? "nothing" : "'" + textOf(value) + "'";
  }
}
