/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import java.util.List;

/** Reads off how the classes of a tree stand, and leaves no trace. */
final class Figures {
  private final long nowNanos;

  private Figures(long nowNanos) {
    this.nowNanos = nowNanos;
  }

  static ClassFigures of(Node root, long nowNanos) {
    return new Figures(nowNanos).of(root, 0);
  }

  /** Names of classes that hold no jobs have a star at the end. */
  static String plain(String className) {
    return className.endsWith("*") ? className.substring(0, className.length() - 1) : className;
  }

  private ClassFigures of(Node node, int prio) {
    if (node instanceof Htb htb) {
      return htb.figures(nowNanos, content -> of(content, 0));
    }
    ClassFigures.Role role = role(node);
    boolean shaped = node instanceof Tbf;
    Bucket bucket = shaped ? ((Tbf) node).bucket() : null;
    return new ClassFigures(
        node instanceof Leaf ? node.name : plain(node.className),
        role,
        false,
        node.quantum,
        prio,
        node.maxRunning,
        node.running,
        shaped ? bucket.rate : 0,
        0,
        shaped ? new ClassFigures.Tokens(bucket.at(nowNanos), bucket.burst) : null,
        null,
        shaped ? new ClassFigures.Tally(0, 0, ((Tbf) node).overlimits()) : null,
        node instanceof Leaf leaf && leaf.offersAny(),
        node instanceof Inner inner ? below(inner) : List.of());
  }

  private List<ClassFigures> below(Inner inner) {
    return inner.children().stream()
        .sorted((a, b) -> Integer.compare(a.position, b.position))
        .map(child -> of(child, child.position))
        .toList();
  }

  private static ClassFigures.Role role(Node node) {
    if (node instanceof Prio) {
      return ClassFigures.Role.PRIO;
    } else if (node instanceof Drr) {
      return ClassFigures.Role.DRR;
    }
    return node instanceof Tbf ? ClassFigures.Role.TBF : ClassFigures.Role.LEAF;
  }
}
