/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.ClassDiscipline;
import io.desaster.api.spi.QueuedJob;
import io.desaster.api.spi.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Strict priority (tc-prio(8)): the class with the lowest band that has a job for the slot serves
 * it; classes of equal band in the order in which they were added.
 */
final class Prio implements ClassDiscipline {
  private final List<Member> members = new ArrayList<>();

  @Override
  public void add(Member member) {
    members.add(member);
    members.sort(Comparator.comparingInt(Member::band));
  }

  @Override
  public void remove(Member member) {
    members.remove(member);
  }

  @Override
  public void backlogged(Member member) {}

  @Override
  public void emptied(Member member) {}

  @Override
  public boolean peek(Slot slot, long nowMillis, Proposal into) {
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      if (member.size() > 0) {
        QueuedJob job = member.peek(slot, nowMillis);
        if (job != null) {
          into.member = member;
          into.job = job;
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public void started(Member member, QueuedJob job, long nowMillis) {}
}
