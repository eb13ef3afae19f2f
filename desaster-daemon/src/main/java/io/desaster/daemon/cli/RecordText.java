/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/** Records as text on one line, bytes inside them included. */
final class RecordText {
  private static final int SHOWN_BYTES = 200;

  private RecordText() {}

  static String of(Object value) {
    if (value instanceof byte[] bytes) {
      String text = Texts.oneLine(bytes);
      return '"'
          + (text.length() > SHOWN_BYTES ? text.substring(0, SHOWN_BYTES) + "…" : text)
          + '"';
    }
    if (value instanceof List<?> list) {
      return list.stream().map(RecordText::of).toList().toString();
    }
    if (!(value instanceof Record)) {
      return Texts.oneLine(String.valueOf(value));
    }
    List<String> parts = new ArrayList<>();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      parts.add(component.getName() + "=" + of(get(component, value)));
    }
    return value.getClass().getSimpleName() + "[" + String.join(", ", parts) + "]";
  }

  private static Object get(RecordComponent component, Object value) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }
}
