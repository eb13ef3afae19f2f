/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.ClassDiscipline;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Deficit round robin (M. Shreedhar, G. Varghese, "Efficient Fair Queuing using Deficit Round
 * Robin", SIGCOMM 1995; tc-drr(8)). Classes with a backlog stand in a round; the first one serves
 * while the cost of its next job fits its deficit, else it gets one more quantum and goes to the
 * end of the round. An emptied class loses its deficit. A class that has nothing for the slot on
 * offer is passed over and stays where it is.
 */
final class Drr implements ClassDiscipline {
  private final Map<Member, Turn> turns = new IdentityHashMap<>();
  private Turn head;
  private Turn tail;

  /** A class's place in the round, a doubly linked list of those with a backlog. */
  private static final class Turn {
    final Member member;
    double deficit;
    boolean inRound;
    Turn previous;
    Turn next;

    Turn(Member member) {
      this.member = member;
    }
  }

  @Override
  public void add(Member member) {
    turns.put(member, new Turn(member));
  }

  @Override
  public void remove(Member member) {
    Turn turn = turns.remove(member);
    if (turn != null && turn.inRound) {
      unlink(turn);
    }
  }

  @Override
  public void changed(Member member) {
    // The quantum is read when it is granted, so a class keeps its turn and its deficit.
  }

  @Override
  public void backlogged(Member member) {
    Turn turn = turns.get(member);
    if (!turn.inRound) {
      turn.deficit = member.quantum();
      append(turn);
    }
  }

  @Override
  public void emptied(Member member) {
    Turn turn = turns.get(member);
    if (turn != null && turn.inRound) {
      unlink(turn);
      turn.deficit = 0;
    }
  }

  @Override
  public boolean peek(Slot slot, long nowMillis, Proposal into) {
    Turn turn = head;
    while (turn != null) {
      QueuedJob job = turn.member.peek(slot, nowMillis);
      if (job == null) {
        turn = turn.next;
      } else if (job.cost() <= turn.deficit) {
        into.member = turn.member;
        into.job = job;
        return true;
      } else {
        Turn following = turn.next;
        double lacking = job.cost() - turn.deficit;
        if (onlyOneServable(turn, slot, nowMillis)) {
          // Alone in the round it would only turn in circles until its deficit is enough.
          double quantum = turn.member.quantum();
          turn.deficit += quantum * Math.ceil(lacking / quantum);
          continue;
        }
        turn.deficit += turn.member.quantum();
        unlink(turn);
        append(turn);
        turn = following == null ? head : following;
      }
    }
    return false;
  }

  private boolean onlyOneServable(Turn turn, Slot slot, long nowMillis) {
    for (Turn other = head; other != null; other = other.next) {
      if (other != turn && other.member.peek(slot, nowMillis) != null) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void started(Member member, QueuedJob job, long nowMillis) {
    turns.get(member).deficit -= job.cost();
  }

  private void append(Turn turn) {
    turn.inRound = true;
    turn.previous = tail;
    turn.next = null;
    if (tail == null) {
      head = turn;
    } else {
      tail.next = turn;
    }
    tail = turn;
  }

  private void unlink(Turn turn) {
    turn.inRound = false;
    if (turn.previous == null) {
      head = turn.next;
    } else {
      turn.previous.next = turn.next;
    }
    if (turn.next == null) {
      tail = turn.previous;
    } else {
      turn.next.previous = turn.previous;
    }
  }
}
