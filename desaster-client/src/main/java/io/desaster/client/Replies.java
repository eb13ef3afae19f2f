/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.wire.Fields;
import java.util.List;
import java.util.function.Function;

/** Forms of replies that several verbs share. */
final class Replies {
  private Replies() {}

  static <T> List<T> each(Object reply, Function<Object, T> form) {
    if (reply instanceof List<?> list) {
      return list.stream().map(element -> form.apply(element)).toList();
    }
    throw new IllegalArgumentException("a list was expected, not " + reply);
  }

  static List<String> texts(Object reply) {
    return each(reply, Fields::textOf);
  }

  static Long number(Object reply) {
    if (reply instanceof Long number) {
      return number;
    }
    throw new IllegalArgumentException("a number was expected, not " + reply);
  }

  static Void nothing(Object reply) {
    return null;
  }
}
