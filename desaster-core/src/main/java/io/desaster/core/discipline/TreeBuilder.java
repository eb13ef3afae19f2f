/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Discipline;
import io.desaster.api.spi.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the classes of a tree from its configuration. Until {@link #connect} nothing that is in use
 * is touched, so a configuration that turns out to be wrong does no harm.
 */
final class TreeBuilder {
  /** No queue can have a name with a star. */
  private static final String SHAPER = "*tbf";

  private final ClassTree tree;
  private final Disciplines disciplines;
  private final Map<String, Leaf> present;
  private final Map<String, Leaf> leaves = new LinkedHashMap<>();
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final List<Runnable> seatings = new ArrayList<>();
  private final List<Inner> inners = new ArrayList<>();
  private final Map<Inner, List<Node>> members = new LinkedHashMap<>();
  private final List<Runnable> leafChanges = new ArrayList<>();
  private final Set<String> shapers = new HashSet<>();
  private final List<String> path = new ArrayList<>();
  private final Map<String, Set<String>> paths = new HashMap<>();
  private final Node root;

  TreeBuilder(
      ClassTree tree, Disciplines disciplines, DisciplineSpec spec, Map<String, Leaf> present) {
    this.tree = tree;
    this.disciplines = disciplines;
    this.present = present;
    spec.validate();
    root = build(spec, "", 0, 1, 0);
  }

  Node root() {
    return root;
  }

  Map<String, Leaf> leaves() {
    return leaves;
  }

  Map<String, Node> nodes() {
    return nodes;
  }

  /** Names of all classes that a leaf belongs to, its own among them, by the leaf's name. */
  Map<String, Set<String>> paths() {
    return paths;
  }

  private Node build(
      DisciplineSpec spec, String name, int maxRunning, double quantum, int position) {
    path.add(name);
    Node node = made(spec, name, maxRunning, quantum, position);
    path.remove(path.size() - 1);
    return node;
  }

  private Node made(
      DisciplineSpec spec, String name, int maxRunning, double quantum, int position) {
    Node node;
    if (spec instanceof DisciplineSpec.Prio prio) {
      node = inner(new Prio(tree, name));
      classes((Inner) node, prio.bands());
    } else if (spec instanceof DisciplineSpec.Drr drr) {
      node = inner(new Drr(tree, name));
      classes((Inner) node, drr.classes());
    } else if (spec instanceof DisciplineSpec.Tbf tbf) {
      return buildTbf(tbf, name, maxRunning, quantum, position);
    } else if (spec instanceof DisciplineSpec.Htb htb) {
      node = inner(new Htb(tree, name, htb));
      htb.classes().forEach(child -> htbClass((Inner) node, child));
    } else {
      node = leaf(spec, name);
    }
    set(node, name, maxRunning, quantum, position);
    return node;
  }

  private Node buildTbf(
      DisciplineSpec.Tbf spec, String given, int maxRunning, double quantum, int position) {
    String name = given.isEmpty() ? spec.name() : given;
    // What is inside is the same class, and has its name: it stays when the shaper goes.
    String own = name + SHAPER;
    while (!shapers.add(own)) {
      own += SHAPER;
    }
    Inner node = inner(new Tbf(tree, own, spec));
    path.add(spec.name());
    member(node, build(spec.qdisc(), name, 0, 1, 0));
    path.remove(path.size() - 1);
    set(node, name, smaller(maxRunning, spec.maxRunning()), quantum, position);
    if (!spec.name().isEmpty()) {
      nodes.put(spec.name(), node);
    }
    return node;
  }

  static int smaller(int limit, int other) {
    return limit == 0 ? other : other == 0 ? limit : Math.min(limit, other);
  }

  private void set(Node node, String name, int maxRunning, double quantum, int position) {
    seatings.add(
        () -> {
          node.className = name;
          node.maxRunning = maxRunning;
          node.quantum = quantum;
          node.position = position;
        });
    if (!name.isEmpty()) {
      nodes.put(name, node);
    }
  }

  private Inner inner(Inner made) {
    inners.add(made);
    members.put(made, new ArrayList<>());
    return made;
  }

  private void member(Inner parent, Node child) {
    members.get(parent).add(child);
  }

  private void classes(Inner parent, List<DisciplineSpec.ClassSpec> classes) {
    int position = 0;
    for (DisciplineSpec.ClassSpec one : classes) {
      Node child = build(one.qdisc(), one.name(), one.maxRunning(), one.quantum(), position++);
      member(parent, child);
    }
  }

  private void htbClass(Inner htb, DisciplineSpec.HtbClassSpec spec) {
    if (spec.classes().isEmpty()) {
      member(htb, build(spec.qdisc(), spec.name(), spec.maxRunning(), 1, 0));
    } else {
      path.add(spec.name());
      spec.classes().forEach(child -> htbClass(htb, child));
      path.remove(path.size() - 1);
    }
  }

  private Leaf leaf(DisciplineSpec spec, String name) {
    Discipline fresh = disciplines.leaf(spec);
    Leaf leaf = present.get(name);
    if (leaf == null) {
      leaf = new Leaf(tree, name, spec, fresh);
    } else if (!leaf.spec().equals(spec)) {
      Leaf changed = leaf;
      leafChanges.add(() -> changed.change(spec, fresh));
    }
    leaves.put(name, leaf);
    Set<String> classes = new LinkedHashSet<>(path);
    classes.remove("");
    paths.put(name, classes);
    return leaf;
  }

  /** Puts the classes together; what is remembered of them is taken over where kinds agree. */
  void connect(TreeUsage usage) {
    for (Leaf leaf : leaves.values()) {
      leaf.parent = null;
    }
    seatings.forEach(Runnable::run);
    leaves.values().forEach(Node::regate);
    for (Inner inner : inners) {
      members.get(inner).forEach(inner::seat);
      TreeUsage.ClassUsage own = usage.of(inner.name);
      boolean same = own.kind().equals(inner.getClass().getSimpleName());
      inner.restore(same ? own.usage() : Usage.NONE);
    }
    // From below: what is attached brings all that is below it.
    for (int i = inners.size() - 1; i >= 0; i--) {
      Inner inner = inners.get(i);
      Inner above = inner.parent;
      inner.parent = null;
      for (Node child : List.copyOf(inner.children())) {
        inner.attach(child);
      }
      inner.parent = above;
      inner.restored();
    }
  }

  /** Gives leaves that were there before the parameters they have now. */
  void changeLeaves() {
    leafChanges.forEach(Runnable::run);
    leaves.values().forEach(Leaf::review);
  }
}
