/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline.cases;

import io.desaster.core.discipline.Form;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A scenario with expected results.
 *
 * @param untilNanos only jobs started before it count
 * @param tree configuration of the root discipline
 * @param changes in the order of their time
 * @param seeds of the hash of flows; each check is judged by its median; empty: one run
 * @param mayReject whether refusing the configuration also passes
 */
public record Case(
    String id,
    String title,
    String why,
    List<PoolSize> pools,
    long untilNanos,
    Map<String, Object> tree,
    List<Arrivals> arrivals,
    List<Change> changes,
    List<Check> checks,
    List<Long> seeds,
    boolean mayReject) {

  /** Slots with the same labels. */
  record PoolSize(int slots, Set<String> labels) {}

  /**
   * Something that is changed while the simulation runs: the slots of a pool, or a class.
   *
   * @param className null if it is about slots
   * @param fields new values of the class's fields
   */
  record Change(long atNanos, int pool, int slots, String className, Map<String, Object> fields) {}

  /** Reads all cases of a file: an object with {@code cases}, or a single case. */
  public static List<Case> readAll(Object file) {
    Form form = Form.of("file", file);
    if (!form.has("cases")) {
      return List.of(read(file, "case"));
    }
    int format = form.count("format", 1);
    if (format != 1) {
      throw form.wrong("format", "1", format);
    }
    List<Case> cases = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Form one : form.forms("cases")) {
      Case read = read(one.fields(), one.place());
      if (!ids.add(read.id())) {
        throw one.wrong("id", "different from the others", read.id());
      }
      cases.add(read);
    }
    return cases;
  }

  private static Case read(Object value, String place) {
    Form unnamed = Form.of(place, value);
    String id = unnamed.text("id", place);
    Form form = Form.of("case " + id, value);
    form.value("id");
    List<Check> checks = new ArrayList<>();
    form.forms("checks").forEach(check -> checks.add(Check.read(check)));
    List<Arrivals> arrivals = new ArrayList<>();
    form.forms("arrivals").forEach(one -> arrivals.add(Arrivals.read(one)));
    List<PoolSize> pools = pools(form);
    Form tree = form.form("tree");
    if (tree == null) {
      throw new IllegalArgumentException(form.place() + ": tree is missing");
    }
    Case read =
        new Case(
            id,
            form.text("title", ""),
            form.text("why", ""),
            pools,
            form.nanos("until"),
            TreeForm.copy(tree.fields()),
            arrivals,
            changes(form, pools.size()),
            checks,
            seeds(form),
            form.flag("may_reject", false));
    form.end();
    return read;
  }

  private static List<PoolSize> pools(Form form) {
    List<PoolSize> pools = new ArrayList<>();
    int sum = 0;
    for (Form one : form.forms("pools")) {
      Set<String> labels = new HashSet<>(one.texts("labels"));
      if (labels.contains(null)) {
        throw one.wrong("labels", "texts", one.value("labels"));
      }
      pools.add(new PoolSize(one.count("slots", 0), labels));
      sum += pools.get(pools.size() - 1).slots();
      one.end();
    }
    if (pools.isEmpty()) {
      if (!form.has("slots")) {
        throw new IllegalArgumentException(form.place() + ": slots is missing");
      }
      return List.of(new PoolSize(form.count("slots", 0), Set.of()));
    }
    int slots = form.count("slots", sum);
    if (slots != sum) {
      throw form.wrong("slots", "the sum of its pools, " + sum, slots);
    }
    return pools;
  }

  private static List<Change> changes(Form form, int pools) {
    List<Change> changes = new ArrayList<>();
    for (Form one : form.forms("events")) {
      String op = one.text("op");
      long at = one.nanos("at");
      if (op.equals("slots")) {
        int pool = one.count("pool", 0);
        if (pool >= pools) {
          throw one.wrong("pool", "from 0 to " + (pools - 1), pool);
        }
        one.number("slots");
        changes.add(new Change(at, pool, one.count("slots", 0), null, Map.of()));
        one.end();
      } else if (op.equals("change")) {
        Map<String, Object> fields = TreeForm.copy(one.fields());
        List.of("at", "op", "class").forEach(fields::remove);
        if (fields.isEmpty()) {
          throw new IllegalArgumentException(one.place() + " changes nothing");
        }
        changes.add(new Change(at, 0, 0, one.text("class"), fields));
      } else {
        throw one.wrong("op", "change or slots", op);
      }
    }
    changes.sort(Comparator.comparingLong(Change::atNanos));
    return changes;
  }

  private static List<Long> seeds(Form form) {
    List<Long> seeds = new ArrayList<>();
    for (Object seed : form.turns("seeds")) {
      if (!(seed instanceof Number number)) {
        throw form.wrong("seeds", "a list of numbers", seed);
      }
      seeds.add(number.longValue());
    }
    return seeds;
  }
}
