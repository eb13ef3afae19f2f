/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.fairness;

import io.desaster.core.discipline.ClassFigures.Role;
import java.util.Arrays;
import java.util.List;

/**
 * Tells the classes of a tree what they are entitled to. <i>Guaranteed</i> is what a class has if
 * all have more to do than they can. <i>Entitled</i> is what it would have if it had enough to do
 * itself and all others were as they are: what idle siblings leave is shared as the discipline
 * does. A class that has jobs waiting thus should have used what it is entitled to; one that has
 * none may use less because it does not want more.
 *
 * <p>How: fluid shares from the root down. Others with jobs waiting take all they can get, those
 * without what they used in the window. Where the unit changes from slots to cost or back, what
 * there is to share is what was used below, for no one knows how the one turns into the other.
 *
 * <p>Cost: each idle class is reckoned by itself, so O(siblings²); of more than {@value
 * #SIBLINGS_MAX} siblings idle ones are told what they are guaranteed.
 */
final class Entitlement {
  static final int SIBLINGS_MAX = 300;

  private Entitlement() {}

  /**
   * Fills in the shares.
   *
   * @param slots usable slots of the kind
   */
  static void tell(ShareNode root, double slots) {
    double all = root.sharesSlots() ? slots : capacity(root);
    double used = root.used(root.sharesSlots());
    boolean nothing = all <= 0;
    root.guaranteed = nothing ? 0 : Math.min(all, root.cap());
    root.entitled = root.guaranteed;
    root.guaranteedPart = 1;
    root.entitledPart = 1;
    root.usedPart = nothing ? 0 : used / all;
    share(root, root.guaranteed, root.entitled);
  }

  /** What there is to share in a class whose unit is not that of the class above. */
  private static double capacity(ShareNode node) {
    return switch (node.figures.role()) {
      case HTB -> node.below.stream().mapToDouble(top -> top.figures.rate()).sum();
      case TBF -> node.figures.rate();
      default -> node.used(node.sharesSlots());
    };
  }

  private static void below(ShareNode node) {
    boolean same = node.sharesSlots() == node.bySlots;
    double amount = same ? node.guaranteed : capacity(node);
    share(node, amount, same ? node.entitled : amount);
  }

  private static void share(ShareNode node, double guaranteed, double entitled) {
    if (node.holdsJobs()) {
      return;
    }
    if (node.figures.role() == Role.HTB) {
      shareHtb(node, guaranteed, entitled);
      return;
    }
    List<ShareNode> children = node.below;
    double[] least = guaranteed(node, guaranteed);
    double[] most = entitled(node, entitled, least);
    // If nothing was used there is nothing to share but parts.
    double[] leastParts = guaranteed > 0 ? least : guaranteed(node, 1);
    double[] mostParts = entitled > 0 ? most : entitled(node, 1, leastParts);
    for (int i = 0; i < children.size(); i++) {
      ShareNode child = children.get(i);
      set(
          child,
          node,
          least[i],
          most[i],
          leastParts[i] / (guaranteed > 0 ? guaranteed : 1),
          mostParts[i] / (entitled > 0 ? entitled : 1));
      below(child);
    }
  }

  private static void set(
      ShareNode child,
      ShareNode parent,
      double guaranteed,
      double entitled,
      double guaranteedPart,
      double entitledPart) {
    child.guaranteed = guaranteed;
    child.entitled = entitled;
    child.guaranteedPart = parent.guaranteedPart * guaranteedPart;
    child.entitledPart = parent.entitledPart * entitledPart;
    double all = parent.used(child.bySlots);
    child.usedPart = all > 0 ? parent.usedPart * child.used() / all : 0;
  }

  private static double[] weights(List<ShareNode> children) {
    return children.stream().mapToDouble(child -> child.figures.weight()).toArray();
  }

  private static double[] guaranteed(ShareNode node, double amount) {
    double[] caps = node.below.stream().mapToDouble(ShareNode::cap).toArray();
    return shares(node, caps, amount);
  }

  private static double[] shares(ShareNode node, double[] demands, double amount) {
    if (node.figures.role() == Role.DRR) {
      return Weights.share(demands, weights(node.below), amount);
    }
    double[] shares = new double[demands.length];
    double left = amount;
    for (int i = 0; i < demands.length; i++) {
      shares[i] = Math.min(demands[i], left);
      left -= shares[i];
    }
    return shares;
  }

  private static double[] entitled(ShareNode node, double amount, double[] guaranteed) {
    List<ShareNode> children = node.below;
    double[] demands = children.stream().mapToDouble(ShareNode::demand).toArray();
    double[] shares = shares(node, demands, amount);
    for (int i = 0; i < shares.length; i++) {
      double cap = children.get(i).cap();
      if (demands[i] < cap) {
        if (shares.length <= SIBLINGS_MAX) {
          double[] asked = Arrays.copyOf(demands, demands.length);
          asked[i] = cap;
          shares[i] = shares(node, asked, amount)[i];
        } else {
          shares[i] = Math.max(shares[i], guaranteed[i]);
        }
      }
    }
    return shares;
  }

  private static void shareHtb(ShareNode htb, double guaranteed, double entitled) {
    new HtbShares(htb, any -> true).forEach(guaranteed, (node, has) -> node.guaranteed = has);
    new HtbShares(htb, null).forEach(entitled, (node, has) -> node.entitled = has);
    tellHtb(htb, htb, guaranteed, entitled, count(htb) <= SIBLINGS_MAX);
  }

  private static int count(ShareNode node) {
    int count = 0;
    for (ShareNode child : node.below) {
      count += child.figures.role() == Role.HTB_CLASS ? 1 + count(child) : 0;
    }
    return count;
  }

  private static void tellHtb(
      ShareNode parent, ShareNode htb, double guaranteed, double entitled, boolean each) {
    for (ShareNode child : parent.below) {
      if (child.figures.role() != Role.HTB_CLASS) {
        // What a leaf of htb holds gets what the leaf gets.
        set(child, parent, parent.guaranteed, parent.entitled, 1, 1);
        below(child);
        continue;
      }
      if (each) {
        child.entitled = new HtbShares(htb, leaf -> isBelow(leaf, child)).amount(child, entitled);
      } else {
        child.entitled = Math.max(child.entitled, child.guaranteed);
      }
      child.guaranteedPart = htb.guaranteedPart * part(child.guaranteed, guaranteed);
      child.entitledPart = htb.entitledPart * part(child.entitled, entitled);
      double all = htb.used(child.bySlots);
      child.usedPart = all > 0 ? htb.usedPart * child.used() / all : 0;
      tellHtb(child, htb, guaranteed, entitled, each);
    }
  }

  private static double part(double amount, double of) {
    return of > 0 ? amount / of : 0;
  }

  private static boolean isBelow(ShareNode node, ShareNode above) {
    return node == above || above.below.stream().anyMatch(child -> isBelow(node, child));
  }
}
