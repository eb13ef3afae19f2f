/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Deficit round robin among classes; {@link Round} has the algorithm. */
final class Drr extends Inner {
  private static final String ROUND = "round";
  private static final String CLASS = "class";

  private final Round round = new Round();

  private static final class Place extends Round.Place {
    final Node child;

    Place(Node child) {
      this.child = child;
    }
  }

  Drr(ClassTree tree, String name) {
    super(tree, name);
  }

  @Override
  void seated(Node child) {
    Place place = new Place(child);
    place.quantum = child.quantum;
    child.seat = place;
  }

  @Override
  void unseated(Node child) {
    Place place = (Place) child.seat;
    if (place.inRound()) {
      round.leave(place);
    }
  }

  /** The child's quantum changed; it keeps its turn and its deficit. */
  void quantumChanged(Node child) {
    Place place = (Place) child.seat;
    place.quantum = child.quantum;
    if (place.inRound()) {
      round.changed(place);
      tree.headChanged(this);
    }
  }

  @Override
  void backlogged(Node child) {
    Place place = (Place) child.seat;
    if (!place.inRound()) {
      round.enter(place);
    }
  }

  @Override
  void emptied(Node child) {
    Place place = (Place) child.seat;
    if (place.inRound()) {
      round.leave(place);
    }
  }

  @Override
  void childOffers(Node child, int need, boolean offers) {
    Place place = (Place) child.seat;
    if (offers) {
      round.offer(place, need, cost(child, need));
    } else {
      round.withdraw(place, need);
    }
  }

  @Override
  void headChanged(Node child) {
    for (int need = 0; need < tree.needs().limit(); need++) {
      if (child.offers(need)) {
        round.offer((Place) child.seat, need, cost(child, need));
      }
    }
  }

  @Override
  void jobAdded(Node child, int need, QueuedJob job) {
    Place place = (Place) child.seat;
    if (child.offers(need) && place.cost(need) != job.cost()) {
      round.offer(place, need, cost(child, need));
    }
  }

  private static double cost(Node child, int need) {
    QueuedJob head = child.head(need);
    return head == null ? 0 : head.cost();
  }

  @Override
  Node select(Needs.Met met) {
    Round.Turn turn = round.first(met);
    return turn == null ? null : ((Place) turn.place()).child;
  }

  @Override
  void charge(Node child, QueuedJob job) {
    round.served((Place) child.seat, job.cost());
  }

  @Override
  void returned(Node child, QueuedJob job) {
    round.returned((Place) child.seat, job.cost());
    tree.headChanged(this);
  }

  @Override
  Usage usage(boolean settled) {
    List<Usage.Account> accounts = new ArrayList<>();
    accounts.add(new Usage.Account(ROUND, "", round.round(), 0));
    round.forEach(
        place ->
            accounts.add(
                new Usage.Account(
                    CLASS,
                    ((Place) place).child.name,
                    place.round,
                    round.inThisRound(place) ? 1 : 0,
                    place.deficit)));
    return new Usage(accounts);
  }

  @Override
  void restore(Usage usage) {
    Map<String, Node> byName = new HashMap<>();
    children().forEach(child -> byName.put(child.name, child));
    for (Usage.Account account : usage.accounts()) {
      if (account.what().equals(ROUND)) {
        round.restore(account.number());
      } else if (byName.containsKey(account.name())) {
        Place place = (Place) byName.get(account.name()).seat;
        boolean thisRound = account.atNanos() == 1;
        round.restore(
            place, account.values()[0], account.number(), thisRound, usage.accounts().size());
      }
    }
  }

  @Override
  void restored() {
    for (Node child : children()) {
      if (child.backlog == 0) {
        emptied(child);
      }
    }
  }
}
