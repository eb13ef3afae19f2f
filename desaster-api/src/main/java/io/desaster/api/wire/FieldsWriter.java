/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects the fields of one thing in order. */
final class FieldsWriter {
  private final Map<String, Object> fields = new LinkedHashMap<>();

  FieldsWriter text(String name, String value) {
    fields.put(name, value);
    return this;
  }

  FieldsWriter number(String name, long value) {
    fields.put(name, value);
    return this;
  }

  /** Left out if it is not a number. */
  FieldsWriter amount(String name, double value) {
    if (!Double.isNaN(value)) {
      fields.put(name, value);
    }
    return this;
  }

  FieldsWriter flag(String name, boolean value) {
    fields.put(name, value);
    return this;
  }

  FieldsWriter bytes(String name, byte[] value) {
    fields.put(name, value);
    return this;
  }

  FieldsWriter word(String name, Enum<?> value) {
    fields.put(name, Fields.word(value));
    return this;
  }

  FieldsWriter time(String name, Instant value) {
    fields.put(name, Times.write(value));
    return this;
  }

  FieldsWriter time(String name, Optional<Instant> value) {
    value.ifPresent(instant -> time(name, instant));
    return this;
  }

  FieldsWriter list(String name, List<?> value) {
    fields.put(name, value);
    return this;
  }

  FieldsWriter map(String name, Map<String, ?> value) {
    fields.put(name, value);
    return this;
  }

  Map<String, Object> fields() {
    return fields;
  }
}
