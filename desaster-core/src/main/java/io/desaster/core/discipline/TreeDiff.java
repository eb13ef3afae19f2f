/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.wire.Json;
import io.desaster.api.wire.JsonReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What differs between two trees, in words, class by class. */
public final class TreeDiff {
  private static final String ROOT = "";
  private static final Set<String> BELOW = Set.of("classes", "bands", "qdisc");

  /** Where a class stands and what is written of it. */
  private record Written(String above, Map<String, Object> fields) {}

  private TreeDiff() {}

  /**
   * What applying {@code after} to {@code before} changes; both as {@link TreeConfig#text} gives
   * them.
   */
  public static List<String> of(String before, String after) {
    Map<String, Written> old = classes(before);
    Map<String, Written> fresh = classes(after);
    List<String> lines = new ArrayList<>();
    fresh.forEach(
        (name, written) -> {
          Written was = old.get(name);
          if (was == null) {
            lines.add(subject(name) + " is new, " + below(written) + fields(written.fields()));
          } else {
            compare(name, was, written, lines);
          }
        });
    for (String name : old.keySet()) {
      if (!fresh.containsKey(name)) {
        lines.add(subject(name) + " goes; its jobs go below class " + TreeConfig.DEFAULT);
      }
    }
    if (lines.isEmpty() && !before.equals(after)) {
      lines.add("the order of classes or fields changes");
    }
    return lines;
  }

  private static void compare(String name, Written was, Written is, List<String> lines) {
    if (!was.above().equals(is.above())) {
      lines.add(subject(name) + " moves " + below(is) + ", it was " + below(was));
    }
    Set<String> fields = new LinkedHashSet<>(is.fields().keySet());
    fields.addAll(was.fields().keySet());
    for (String field : fields) {
      Object old = was.fields().get(field);
      Object fresh = is.fields().get(field);
      if (old == null) {
        lines.add(subject(name) + ": " + field + " is set to " + fresh);
      } else if (fresh == null) {
        lines.add(subject(name) + ": " + field + " " + old + " is left out");
      } else if (!old.equals(fresh)) {
        lines.add(subject(name) + ": " + field + " changes from " + old + " to " + fresh);
      }
    }
  }

  private static String subject(String name) {
    return name.equals(ROOT) ? "the root" : "class " + name;
  }

  private static String below(Written written) {
    return written.above().equals(ROOT) ? "at the top" : "below class " + written.above();
  }

  private static String fields(Map<String, Object> fields) {
    StringBuilder text = new StringBuilder();
    fields.forEach((name, value) -> text.append(", ").append(name).append(' ').append(value));
    return text.toString();
  }

  private static Map<String, Written> classes(String text) {
    Map<String, Written> classes = new LinkedHashMap<>();
    Map<String, Object> root = new LinkedHashMap<>();
    classes.put(ROOT, new Written(ROOT, root));
    read((Map<?, ?>) JsonReader.read(text), ROOT, root, "", classes);
    return classes;
  }

  /**
   * @param into fields of the class that this is about
   * @param prefix before their names
   */
  private static void read(
      Map<?, ?> form,
      String name,
      Map<String, Object> into,
      String prefix,
      Map<String, Written> classes) {
    form.forEach(
        (field, value) -> {
          if (field.equals("qdisc") && value instanceof Map<?, ?> qdisc) {
            read(qdisc, name, into, "qdisc ", classes);
          } else if (value instanceof List<?> list && BELOW.contains(field)) {
            list.forEach(one -> readClass((Map<?, ?>) one, name, classes));
          } else if (!field.equals("id") || !prefix.isEmpty() || name.equals(ROOT)) {
            into.put(prefix + field, value instanceof String ? value : Json.write(value));
          }
        });
  }

  private static void readClass(Map<?, ?> form, String above, Map<String, Written> classes) {
    String name = String.valueOf(form.get("id"));
    Map<String, Object> fields = new LinkedHashMap<>();
    classes.put(name, new Written(above, fields));
    read(form, name, fields, "", classes);
  }
}
