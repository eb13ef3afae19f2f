/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.spi;

/**
 * Shares slots among the classes below a class. The rules of {@link Discipline} on threads, time
 * and cost hold here too.
 */
public interface ClassDiscipline {

  /** A class below, as its discipline sees it. */
  interface Member {
    /** The job to start next in this slot, or null if none may. */
    QueuedJob peek(Slot slot, long nowMillis);

    /** Jobs waiting in it and below. */
    int size();

    /** Cost units served per round, at least 1. */
    double quantum();

    /** Place among the classes, 0 first. */
    int band();

    /** When it is worth asking again. */
    long nextWakeupMillis(long nowMillis);
  }

  /** The job a class proposes, with that class; the array-free way to return two things. */
  final class Proposal {
    public Member member;
    public QueuedJob job;
  }

  void add(Member member);

  void remove(Member member);

  /** The member's quantum or band changed. */
  default void changed(Member member) {
    remove(member);
    add(member);
    if (member.size() > 0) {
      backlogged(member);
    }
  }

  /** The member was empty and has a job now. */
  void backlogged(Member member);

  /** The member has no job any more. */
  void emptied(Member member);

  /**
   * Proposes the job to start next in this slot.
   *
   * @return false if there is none, and {@code into} is left alone
   */
  boolean peek(Slot slot, long nowMillis, Proposal into);

  /** The job proposed last, of this member, starts. */
  void started(Member member, QueuedJob job, long nowMillis);

  default void ended(Member member, QueuedJob job, long ranMillis, long nowMillis) {}
}
