/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.error.DesasterException;

/** What a command was answered, for tests to look at. */
public final class Answer<T> implements Reply<T> {
  private boolean given;
  private T value;
  private DesasterException refusal;

  @Override
  public void answer(T answered) {
    requireFirst();
    value = answered;
  }

  @Override
  public void refuse(DesasterException why) {
    requireFirst();
    refusal = why;
  }

  private void requireFirst() {
    if (given) {
      throw new AssertionError("a command was answered twice");
    }
    given = true;
  }

  public boolean given() {
    return given;
  }

  /** What was answered; throws the refusal if it was one. */
  public T value() {
    if (!given) {
      throw new AssertionError("the command was not answered");
    }
    if (refusal != null) {
      throw refusal;
    }
    return value;
  }
}
