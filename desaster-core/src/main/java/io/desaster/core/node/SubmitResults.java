/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import io.desaster.api.error.DesasterException;
import io.desaster.api.job.Submission;
import io.desaster.api.job.SubmitResult;
import io.desaster.core.scheduler.Reply;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** The results of a batch submit, complete when each job has been answered; one stage for all. */
final class SubmitResults extends CompletableFuture<List<SubmitResult>> {
  private final SubmitResult[] results;
  private final AtomicInteger missing;

  SubmitResults(int count) {
    results = new SubmitResult[count];
    missing = new AtomicInteger(count);
    if (count == 0) {
      complete(List.of());
    }
  }

  /** Where the answer for one of the jobs goes. */
  Reply<Submission> of(int index) {
    return new Reply<>() {
      @Override
      public void answer(Submission submission) {
        set(index, new SubmitResult(submission, null));
      }

      @Override
      public void refuse(DesasterException refusal) {
        set(index, new SubmitResult(null, refusal));
      }
    };
  }

  private void set(int index, SubmitResult result) {
    results[index] = result;
    if (missing.decrementAndGet() == 0) {
      complete(Collections.unmodifiableList(Arrays.asList(results)));
    }
  }
}
