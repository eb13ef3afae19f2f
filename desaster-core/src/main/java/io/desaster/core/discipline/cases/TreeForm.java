/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline.cases;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A tree's configuration as it stands in a file, to be changed field by field. */
final class TreeForm {
  private static final Set<String> OF_CLASSES =
      Set.of(
          "rate", "ceil", "burst", "cburst", "prio", "quantum", "max_running", "qdisc", "classes");

  private TreeForm() {}

  /** A copy that shares nothing that can be changed. */
  static Map<String, Object> copy(Map<?, ?> map) {
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach((field, value) -> copy.put((String) field, copyOf(value)));
    return copy;
  }

  private static Object copyOf(Object value) {
    if (value instanceof Map<?, ?> map) {
      return copy(map);
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(one -> copy.add(copyOf(one)));
      return copy;
    }
    return value;
  }

  /**
   * Sets fields of a class. A field that classes do not have goes to the class's discipline.
   *
   * @throws IllegalArgumentException if there is no such class
   */
  static void change(Map<String, Object> tree, String className, Map<String, Object> fields) {
    Map<String, Object> found = find(tree, className);
    if (found == null && className.equals(tree.get("kind"))) {
      found = tree;
    }
    if (found == null) {
      throw new IllegalArgumentException(
          "events: class must be one of the tree's, not '" + className + "'");
    }
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      Map<String, Object> target = found;
      boolean ofClass = found.containsKey("kind") || OF_CLASSES.contains(field.getKey());
      if (!ofClass && found.get("qdisc") instanceof Map<?, ?> qdisc) {
        target = cast(qdisc);
      }
      target.put(field.getKey(), copyOf(field.getValue()));
    }
  }

  private static Map<String, Object> find(Object part, String className) {
    if (part instanceof Map<?, ?> map) {
      if (className.equals(map.get("id"))) {
        return cast(map);
      }
      for (String field : List.of("classes", "bands", "qdisc")) {
        Map<String, Object> found = find(map.get(field), className);
        if (found != null) {
          return found;
        }
      }
    } else if (part instanceof List<?> list) {
      for (Object one : list) {
        Map<String, Object> found = find(one, className);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> cast(Map<?, ?> map) {
    return (Map<String, Object>) map;
  }
}
