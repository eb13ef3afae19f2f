/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline.cases;

import io.desaster.core.discipline.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is measured and the range it must be in. Which components count depends on the type.
 *
 * @param fromNanos begin of the window
 * @param toNanos end of the window, exclusive; {@link Long#MAX_VALUE}: the whole run
 * @param expect what theory says, NaN if nothing
 */
record Check(
    Type type,
    String name,
    Selector sel,
    Selector of,
    List<Selector> group,
    long fromNanos,
    long toNanos,
    Measure measure,
    String stat,
    int nth,
    int count,
    long lengthNanos,
    String by,
    List<String> sequence,
    double share,
    long atNanos,
    double expect,
    double min,
    double max) {

  enum Type {
    SERVED,
    SHARE,
    JAIN,
    WAIT,
    START,
    FINISH,
    WINDOW,
    GAP,
    RUNNING,
    INVERSIONS,
    ORDER,
    LAG,
    ETA
  }

  enum Measure {
    JOBS,
    COST,
    RUN
  }

  static Check read(Form form) {
    Type type = word(form, "type", Type.values(), form.text("type"));
    Measure measure = word(form, "measure", Measure.values(), form.text("measure", "jobs"));
    List<Selector> group = new ArrayList<>();
    form.forms("group").forEach(one -> group.add(Selector.read(one)));
    Check check =
        new Check(
            type,
            form.text("name", form.text("type")),
            selector(form, "sel"),
            selector(form, "of"),
            group,
            form.nanos("from", 0),
            form.nanos("to", Long.MAX_VALUE),
            measure,
            stat(form, type),
            form.count("nth", 1),
            form.count("count", 0),
            type == Type.WINDOW ? form.nanos("length") : form.nanos("length", 0),
            by(form),
            sequence(form, type),
            form.number("share", 1),
            type == Type.ETA ? form.nanos("at") : form.nanos("at", 0),
            form.number("expect", Double.NaN),
            form.number("min", Double.NEGATIVE_INFINITY),
            form.number("max", type == Type.ORDER ? 0 : Double.POSITIVE_INFINITY));
    form.end();
    if (type == Type.JAIN && group.isEmpty()) {
      throw form.wrong("group", "a list of at least one", group);
    }
    if (type == Type.START && check.nth() < 1) {
      throw form.wrong("nth", "1 or more", check.nth());
    }
    return check;
  }

  private static Selector selector(Form form, String field) {
    Form given = form.form(field);
    return given == null ? Selector.ALL : Selector.read(given);
  }

  private static String stat(Form form, Type type) {
    String stat = form.text("stat", "max");
    if (type == Type.WAIT && !stat.matches("max|mean|p(100|[0-9]{1,2}(\\.[0-9]+)?)")) {
      throw form.wrong("stat", "max, mean or p and a number up to 100", stat);
    }
    return stat;
  }

  private static String by(Form form) {
    String by = form.text("by", "id");
    if (!by.equals("id") && !by.equals("class") && !by.equals("flow")) {
      throw form.wrong("by", "id, class or flow", by);
    }
    return by;
  }

  private static List<String> sequence(Form form, Type type) {
    if (type == Type.ORDER && !form.has("sequence")) {
      throw new IllegalArgumentException(form.place() + ": sequence is missing");
    }
    return form.texts("sequence");
  }

  private static <E extends Enum<E>> E word(Form form, String field, E[] values, String given) {
    StringBuilder possible = new StringBuilder("one of");
    for (E value : values) {
      String word = value.name().toLowerCase(Locale.ROOT);
      if (word.equals(given)) {
        return value;
      }
      possible.append(' ').append(word);
    }
    throw form.wrong(field, possible.toString(), given);
  }
}
