/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Says how a command is refused. */
public final class Refusals {
  private Refusals() {}

  /** The call is refused with this code, and the message holds these words. */
  public static void assertRefused(ErrorCode code, ThrowingCallable call, String... words) {
    DesasterException refusal = catchThrowableOfType(DesasterException.class, call);
    assertThat(refusal).as("a refusal " + code).isNotNull();
    assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
    for (String word : words) {
      assertThat(refusal.getMessage()).contains(word);
    }
  }
}
