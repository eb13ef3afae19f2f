/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An object of a JSON or YAML file, as maps, lists, texts and numbers, read field by field. Every
 * complaint is an {@link IllegalArgumentException} that names the place, the field and its value.
 */
public final class Form {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final long NANOS_MAX = Long.MAX_VALUE / 4;

  private final String place;
  private final Map<?, ?> fields;
  private final Set<String> known = new LinkedHashSet<>();

  private Form(String place, Map<?, ?> fields) {
    this.place = place;
    this.fields = fields;
  }

  /**
   * The object.
   *
   * @param place what it is, for complaints
   */
  public static Form of(String place, Object value) {
    if (value instanceof Map<?, ?> map) {
      return new Form(place, map);
    }
    throw new IllegalArgumentException(place + " must be an object, not " + value);
  }

  public String place() {
    return place;
  }

  public boolean has(String field) {
    known.add(field);
    return fields.containsKey(field);
  }

  /** The value as it is, or null. */
  public Object value(String field) {
    known.add(field);
    return fields.get(field);
  }

  public String text(String field, String otherwise) {
    return typed(field, String.class, "a text", otherwise);
  }

  private <T> T typed(String field, Class<T> type, String what, T otherwise) {
    Object value = value(field);
    if (!fields.containsKey(field)) {
      return otherwise;
    }
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw wrong(field, what, value);
  }

  public String text(String field) {
    return required(field, text(field, null));
  }

  public double number(String field, double otherwise) {
    return fields.containsKey(field) ? number(field) : otherwise;
  }

  public double number(String field) {
    return toNumber(field, required(field, value(field)));
  }

  private double toNumber(String field, Object value) {
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw wrong(field, "a number", value);
  }

  /** A number of 0 or more. */
  public double amount(String field, double otherwise) {
    double number = number(field, otherwise);
    if (number < 0) {
      throw wrong(field, "0 or more", value(field));
    }
    return number;
  }

  public int count(String field, int otherwise) {
    double number = number(field, otherwise);
    if (number < 0 || number != Math.rint(number) || number > Integer.MAX_VALUE) {
      throw wrong(field, "a whole number of 0 or more", value(field));
    }
    return (int) number;
  }

  public boolean flag(String field, boolean otherwise) {
    return typed(field, Boolean.class, "true or false", otherwise);
  }

  /** Milliseconds, fractions allowed. */
  public long nanos(String field, long otherwise) {
    return fields.containsKey(field) ? toNanos(field, number(field)) : otherwise;
  }

  public long nanos(String field) {
    return toNanos(field, number(field));
  }

  private long toNanos(String field, double millis) {
    if (millis < 0 || millis * NANOS_PER_MILLI > NANOS_MAX) {
      throw wrong(field, "milliseconds from 0 on", value(field));
    }
    return Math.round(millis * NANOS_PER_MILLI);
  }

  /** A value or a list of values used in turn; empty if the field is missing. */
  public List<Object> turns(String field) {
    if (!has(field)) {
      return List.of();
    }
    Object value = fields.get(field);
    List<Object> turns = new ArrayList<>();
    if (value instanceof List<?> list) {
      if (list.isEmpty()) {
        throw wrong(field, "a value or a list of at least one", value);
      }
      turns.addAll(list);
    } else {
      turns.add(value);
    }
    return turns;
  }

  public List<Double> amounts(String field) {
    List<Double> amounts = new ArrayList<>();
    for (Object value : turns(field)) {
      double amount = toNumber(field, value);
      if (amount < 0) {
        throw wrong(field, "0 or more", value);
      }
      amounts.add(amount);
    }
    return amounts;
  }

  public List<Long> nanosTurns(String field) {
    List<Long> nanos = new ArrayList<>();
    for (Object value : turns(field)) {
      nanos.add(toNanos(field, toNumber(field, value)));
    }
    return nanos;
  }

  /** Texts, or null where the list has null. */
  public List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    for (Object value : turns(field)) {
      if (value != null && !(value instanceof String)) {
        throw wrong(field, "a text", value);
      }
      texts.add((String) value);
    }
    return texts;
  }

  /** The objects of a list; empty if the field is missing. */
  public List<Form> forms(String field) {
    Object value = value(field);
    if (value == null && !fields.containsKey(field)) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      throw wrong(field, "a list", value);
    }
    List<Form> forms = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      forms.add(of(place + ": " + field + "[" + i + "]", list.get(i)));
    }
    return forms;
  }

  /** The object of this field; null if it is missing. */
  public Form form(String field) {
    return has(field) ? of(place + ": " + field, fields.get(field)) : null;
  }

  public Map<?, ?> fields() {
    return fields;
  }

  /** Complains about fields nobody asked for. */
  public void end() {
    for (Object field : fields.keySet()) {
      if (!known.contains(field)) {
        throw new IllegalArgumentException(
            place + " has no field '" + field + "'; fields: " + String.join(" ", known));
      }
    }
  }

  public IllegalArgumentException wrong(String field, String possible, Object value) {
    return new IllegalArgumentException(
        place + ": " + field + " must be " + possible + ", not " + value);
  }

  private <T> T required(String field, T value) {
    if (value == null) {
      throw new IllegalArgumentException(place + ": " + field + " is missing");
    }
    return value;
  }
}
