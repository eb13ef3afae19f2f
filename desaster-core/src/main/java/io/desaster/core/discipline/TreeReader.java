/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a tree of disciplines from a configuration file, with the defaults of what is left out. */
public final class TreeReader {
  private static final String LEAVES_AND_CLASSES = "fifo, edf, sfq, wfq, prio, drr, tbf or htb";

  private static final Pattern AMOUNT = Pattern.compile("([0-9]*\\.?[0-9]+) *(%|slots?|/s)?");
  private static final double PERCENT = 100;

  private final long seed;
  private final double slots;

  private TreeReader(long seed, double slots) {
    this.seed = seed;
    this.slots = slots;
  }

  /**
   * Reads a tree.
   *
   * @param seed for the hash of flows
   * @throws IllegalArgumentException naming what is wrong
   */
  public static DisciplineSpec read(Form form, long seed) {
    return read(form, seed, Double.NaN);
  }

  /**
   * Reads a tree.
   *
   * @param seed for the hash of flows
   * @param slots what {@code %} refers to; NaN: nothing, it is refused
   * @throws IllegalArgumentException naming what is wrong
   */
  static DisciplineSpec read(Form form, long seed, double slots) {
    DisciplineSpec spec = new TreeReader(seed, slots).discipline(form, "");
    spec.validate();
    return spec;
  }

  private DisciplineSpec discipline(Form form, String name) {
    String kind = form.text("kind");
    DisciplineSpec spec =
        switch (kind) {
          case "fifo" -> new DisciplineSpec.Fifo();
          case "edf" -> new DisciplineSpec.Edf();
          case "sfq" -> sfq(form);
          case "wfq" -> wfq(form);
          case "prio" -> new DisciplineSpec.Prio(classes(form, "bands"));
          case "drr" -> new DisciplineSpec.Drr(classes(form, "classes"));
          case "tbf" -> tbf(form, name);
          case "htb" -> htb(form);
          default -> throw form.wrong("kind", LEAVES_AND_CLASSES, kind);
        };
    form.end();
    return spec;
  }

  private DisciplineSpec sfq(Form form) {
    int divisor = form.count("divisor", DisciplineSpec.Sfq.DIVISOR);
    double quantum = form.number("quantum", 1);
    long perturb = form.nanos("perturb_ms", 0);
    return new DisciplineSpec.Sfq(
        divisor, quantum, perturb, form.count("flow_max_running", 0), seed);
  }

  private static DisciplineSpec wfq(Form form) {
    Map<String, Double> weights = new LinkedHashMap<>();
    Form given = form.form("weights");
    if (given != null) {
      given
          .fields()
          .keySet()
          .forEach(flow -> weights.put((String) flow, given.number((String) flow)));
    }
    boolean run = charge(form);
    long estimate = form.nanos("est_ms", DisciplineSpec.ESTIMATE_NANOS);
    return new DisciplineSpec.Wfq(weights, run, estimate, form.count("flow_max_running", 0));
  }

  private static boolean charge(Form form) {
    String charge = form.text("charge", "cost");
    if (!charge.equals("cost") && !charge.equals("run")) {
      throw form.wrong("charge", "cost or run", charge);
    }
    return charge.equals("run");
  }

  private List<DisciplineSpec.ClassSpec> classes(Form form, String field) {
    if (!form.has(field)) {
      throw new IllegalArgumentException(form.place() + ": " + field + " is missing");
    }
    List<DisciplineSpec.ClassSpec> classes = new ArrayList<>();
    for (Form one : form.forms(field)) {
      String name = one.text("id");
      classes.add(
          new DisciplineSpec.ClassSpec(
              name, one.number("quantum", 1), one.count("max_running", 0), inner(one, name)));
      one.end();
    }
    if (classes.isEmpty()) {
      throw form.wrong(field, "a list of at least one class", List.of());
    }
    return classes;
  }

  private DisciplineSpec inner(Form form, String name) {
    if (form.value("qdisc") instanceof String words) {
      return new DisciplineSpec.Named(words);
    }
    Form qdisc = form.form("qdisc");
    return qdisc == null ? new DisciplineSpec.Fifo() : discipline(qdisc, name);
  }

  private DisciplineSpec tbf(Form form, String above) {
    String own = form.text("id", "");
    double rate = form.number("rate");
    double burst = form.number("burst", Math.max(1, rate));
    int maxRunning = form.count("max_running", 0);
    // The class above may have given its name already.
    String name = own.equals(above) ? "" : own;
    return new DisciplineSpec.Tbf(
        name, rate, burst, maxRunning, inner(form, own.isEmpty() ? above : own));
  }

  private DisciplineSpec htb(Form form) {
    double r2q = form.number("r2q", DisciplineSpec.Htb.R2Q);
    boolean run = charge(form);
    long estimate = form.nanos("est_ms", DisciplineSpec.ESTIMATE_NANOS);
    double burstMin = run ? Math.max(1, estimate / 1e9) : 1;
    List<DisciplineSpec.HtbClassSpec> classes = new ArrayList<>();
    for (Form one : form.forms("classes")) {
      classes.add(htbClass(one, burstMin, run));
    }
    return new DisciplineSpec.Htb(classes, r2q, run, estimate);
  }

  /** A number, or a text with a unit: {@code 20 %}, {@code 2 slots}, {@code 5/s}. */
  private double rate(Form form, String field, boolean run) {
    if (!(form.value(field) instanceof String text)) {
      return form.number(field);
    }
    Matcher amount = AMOUNT.matcher(text.strip());
    if (!amount.matches()) {
      throw form.wrong(field, "a number, or one with %, slots or /s", "'" + text + "'");
    }
    double number = Double.parseDouble(amount.group(1));
    String unit = amount.group(2);
    boolean ofSlots = unit != null && !unit.equals("/s");
    if (unit != null && ofSlots != run) {
      throw form.wrong(
          field, run ? "in slots or %, as this htb has charge run" : unitless(), "'" + text + "'");
    }
    if (!"%".equals(unit)) {
      return number;
    }
    if (Double.isNaN(slots)) {
      throw form.wrong(field, "in slots, there is nothing here that % refers to", "'" + text + "'");
    }
    return number * slots / PERCENT;
  }

  private static String unitless() {
    return "in jobs a second; % and slots need charge: run beside kind: htb";
  }

  private DisciplineSpec.HtbClassSpec htbClass(Form form, double burstMin, boolean run) {
    String name = form.text("id");
    double rate = form.has("rate") ? rate(form, "rate", run) : form.number("rate");
    double burst = form.number("burst", Math.max(burstMin, rate));
    double ceil = form.has("ceil") ? rate(form, "ceil", run) : rate;
    double cburst = form.number("cburst", burst);
    int prio = form.count("prio", 0);
    double quantum = form.number("quantum", 0);
    if (form.has("quantum") && quantum <= 0) {
      throw form.wrong("quantum", "more than 0", quantum);
    }
    List<DisciplineSpec.HtbClassSpec> below = new ArrayList<>();
    for (Form one : form.forms("classes")) {
      below.add(htbClass(one, burstMin, run));
    }
    DisciplineSpec qdisc = below.isEmpty() || form.has("qdisc") ? inner(form, name) : null;
    DisciplineSpec.HtbClassSpec spec =
        new DisciplineSpec.HtbClassSpec(
            name,
            rate,
            ceil,
            burst,
            cburst,
            prio,
            quantum,
            form.count("max_running", 0),
            below,
            qdisc);
    form.end();
    return spec;
  }
}
