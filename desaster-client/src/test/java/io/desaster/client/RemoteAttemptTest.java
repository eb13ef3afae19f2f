/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.RemoteWork;
import io.desaster.api.handler.JobHandler;
import io.desaster.api.job.JobId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RemoteAttemptTest {
  private final List<String> told = new ArrayList<>();

  private final RemoteAttempt.Owner owner =
      new RemoteAttempt.Owner() {
        @Override
        public void succeeded(RemoteAttempt attempt, byte[] result) {
          told.add("succeeded " + new String(result, StandardCharsets.UTF_8));
        }

        @Override
        public void failed(RemoteAttempt attempt, String error) {
          told.add("failed " + error);
        }

        @Override
        public void progressed(RemoteAttempt attempt) {
          told.add("progress " + attempt.peekProgress().percent());
        }
      };

  @Test
  void shouldTellTheResultAndTakeNullAsNone() {
    attempt(context -> "hi".getBytes(StandardCharsets.UTF_8)).run();
    attempt(context -> null).run();

    assertThat(told).containsExactly("succeeded hi", "succeeded ");
  }

  @Test
  void shouldTellWhateverIsThrownAsOneLine() {
    attempt(
            context -> {
              throw new IllegalStateException("no\n  disk");
            })
        .run();
    attempt(
            context -> {
              throw new StackOverflowError();
            })
        .run();

    assertThat(told)
        .containsExactly("failed IllegalStateException: no disk", "failed StackOverflowError");
  }

  @Test
  void shouldInterruptTheThreadThatRunsItAndNoOther() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    RemoteAttempt attempt =
        attempt(
            context -> {
              running.countDown();
              TimeUnit.HOURS.sleep(1);
              return null;
            });
    boolean[] interrupted = new boolean[1];
    Thread thread =
        new Thread(
            () -> {
              attempt.run();
              attempt.cancel("too late");
              interrupted[0] = Thread.currentThread().isInterrupted();
            });
    thread.start();
    running.await();

    attempt.cancel("ended by ada");
    thread.join();

    assertThat(told).containsExactly("failed ended by ada");
    assertThat(attempt.cancelled()).isTrue();
    assertThat(interrupted[0]).isFalse();
  }

  @Test
  void shouldNotBeginWhatWasCancelledBefore() {
    RemoteAttempt attempt = attempt(context -> null);
    attempt.cancel("ended by ada");

    attempt.run();

    assertThat(told).containsExactly("failed ended by ada");
  }

  @Test
  void shouldTellOnlyTheLatestProgressWhileOneIsOnItsWay() {
    RemoteAttempt[] self = new RemoteAttempt[1];
    self[0] =
        attempt(
            context -> {
              context.progress(1, "");
              var first = self[0].peekProgress();
              context.progress(2, "");
              context.progress(3, "");
              assertThat(self[0].progressTold(first)).isTrue();
              assertThat(self[0].progressTold(self[0].peekProgress())).isFalse();
              context.progress(4, "");
              return null;
            });

    self[0].run();

    assertThat(told).containsExactly("progress 1", "progress 4", "succeeded ");
  }

  private RemoteAttempt attempt(JobHandler handler) {
    RemoteWork.Taken order =
        new RemoteWork.Taken(new JobId(1, 2), 1, 1, "mail", new byte[0], 0, 30_000);
    return new RemoteAttempt(order, handler, owner);
  }
}
