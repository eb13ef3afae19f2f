/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

import io.desaster.api.error.DesasterException;

/** Where the answer to a command goes, once what it tells is committed. Called at most once. */
public interface Reply<T> {
  void answer(T value);

  void refuse(DesasterException refusal);

  /** Nobody wants to know. */
  static <T> Reply<T> none() {
    return new Reply<>() {
      @Override
      public void answer(T value) {}

      @Override
      public void refuse(DesasterException refusal) {}
    };
  }
}
