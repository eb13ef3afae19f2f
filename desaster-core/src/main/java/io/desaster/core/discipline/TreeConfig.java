/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.wire.Json;
import io.desaster.api.wire.JsonReader;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The tree of a kind as it is configured: a JSON text in the notation of docs/DISCIPLINES.md. Its
 * leaves are queues by name, except for {@value #DEFAULT}, below which all other queues have their
 * place.
 */
public final class TreeConfig {
  /** The class that takes what the tree does not name. */
  public static final String DEFAULT = "default";

  /** The same everywhere and for ever: all nodes shall put a flow into the same bucket. */
  private static final long SEED = 0;

  private static final int TEXT_MAX = 1 << 20;

  private final String text;
  private final DisciplineSpec spec;
  private final Set<String> leaves = new LinkedHashSet<>();
  private DisciplineSpec defaultLeaf;

  private TreeConfig(String text, DisciplineSpec spec) {
    this.text = text;
    this.spec = spec;
    collect(spec, "");
  }

  /**
   * Reads and checks a tree.
   *
   * @param slots usable slots of the kind, for {@code %}; less than one counts as one, so that a
   *     tree can be made before there are any
   * @throws IllegalArgumentException naming what is wrong, and what to do
   */
  public static TreeConfig read(String text, int slots) {
    if (text.length() > TEXT_MAX) {
      throw new IllegalArgumentException(
          "a tree of " + text.length() + " characters is too long, at most " + TEXT_MAX);
    }
    Object value = JsonReader.read(text);
    DisciplineSpec spec = TreeReader.read(Form.of("tree", value), SEED, Math.max(1, slots));
    TreeConfig config = new TreeConfig(Json.write(value), spec);
    config.requireDefault();
    return config;
  }

  private void requireDefault() {
    if (defaultLeaf == null) {
      throw new IllegalArgumentException(
          "the tree has no class for queues that it does not name: add a class {\"id\": \""
              + DEFAULT
              + "\"} without classes below it");
    }
  }

  private void collect(DisciplineSpec at, String name) {
    if (at instanceof DisciplineSpec.Prio prio) {
      prio.bands().forEach(one -> collect(one.qdisc(), one.name()));
    } else if (at instanceof DisciplineSpec.Drr drr) {
      drr.classes().forEach(one -> collect(one.qdisc(), one.name()));
    } else if (at instanceof DisciplineSpec.Tbf tbf) {
      collect(tbf.qdisc(), name.isEmpty() ? tbf.name() : name);
    } else if (at instanceof DisciplineSpec.Htb htb) {
      htb.classes().forEach(this::collect);
    } else if (name.equals(DEFAULT)) {
      defaultLeaf = at;
    } else {
      leaves.add(name);
    }
  }

  private void collect(DisciplineSpec.HtbClassSpec one) {
    if (one.classes().isEmpty()) {
      collect(one.qdisc(), one.name());
    } else {
      one.classes().forEach(this::collect);
    }
  }

  /** On one line; a text that says the same in the same order gives the same. */
  public String text() {
    return text;
  }

  /** As written: rates are not scaled down. */
  public DisciplineSpec spec() {
    return spec;
  }

  /** The discipline of the class for all queues that the tree does not name. */
  DisciplineSpec defaultLeaf() {
    return defaultLeaf;
  }

  /** Names of the queues that have a place of their own. */
  public Set<String> leaves() {
    return leaves;
  }
}
