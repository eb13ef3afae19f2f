/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Usage;
import java.util.List;

/** A token bucket in front of one class (tc-tbf(8)); {@link Bucket} has the rules. */
final class Tbf extends Inner {
  private final Bucket bucket;
  private long overlimits;
  private final Timer refilled =
      new Timer() {
        @Override
        void fire() {
          regate();
          tree.headChanged(Tbf.this);
        }
      };

  Tbf(ClassTree tree, String name, DisciplineSpec.Tbf spec) {
    super(tree, name);
    bucket = new Bucket(spec.rate(), spec.burst(), tree.now());
  }

  Bucket bucket() {
    return bucket;
  }

  /** How often it was emptied. */
  long overlimits() {
    return overlimits;
  }

  void change(DisciplineSpec.Tbf spec) {
    bucket.change(spec.rate(), spec.burst(), tree.now());
    tree.setTimer(refilled, Long.MAX_VALUE);
    regate();
    tree.headChanged(this);
  }

  @Override
  boolean mayStart() {
    if (!bucket.gives(tree.now())) {
      tree.setTimer(refilled, bucket.givesAtNanos(tree.now()));
      return false;
    }
    return super.mayStart();
  }

  @Override
  void addHolds(List<String> holds) {
    super.addHolds(holds);
    if (!bucket.gives(tree.now())) {
      holds.add(Holds.over(name, "rate", bucket.rate, bucket.givesAtNanos(tree.now())));
    }
  }

  @Override
  void seated(Node child) {}

  @Override
  void unseated(Node child) {}

  @Override
  void childOffers(Node child, int need, boolean offers) {}

  @Override
  Node select(Needs.Met met) {
    Node child = children().get(0);
    for (int i = 0; i < met.count; i++) {
      if (child.offers(met.ids[i])) {
        return child;
      }
    }
    return null;
  }

  @Override
  void charge(Node child, QueuedJob job) {
    bucket.charge(job.cost(), tree.now());
    overlimits += bucket.gives(tree.now()) ? 0 : 1;
  }

  @Override
  void returned(Node child, QueuedJob job) {
    bucket.charge(-job.cost(), tree.now());
  }

  @Override
  Usage usage(boolean settled) {
    if (settled) {
      bucket.settle(tree.now());
    }
    return new Usage(List.of(new Usage.Account("bucket", "", 0, bucket.atNanos, bucket.tokens)));
  }

  @Override
  void keepCounting(Inner before) {
    overlimits = ((Tbf) before).overlimits;
  }

  @Override
  void restore(Usage usage) {
    for (Usage.Account account : usage.accounts()) {
      bucket.tokens = account.values()[0];
      bucket.atNanos = account.atNanos();
    }
    regate();
  }
}
