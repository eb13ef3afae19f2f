/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Submission;
import io.desaster.api.job.SubmitResult;
import io.desaster.api.wire.JobFields;
import io.desaster.api.wire.PushOptions;
import io.desaster.api.wire.WireIds;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** QUEUE PUSH, one by one and many at once. Each carries an id, so that it may be repeated. */
final class Submits {
  private static final byte[] QUEUE = ascii("QUEUE");
  private static final byte[] PUSH = ascii("PUSH");
  private static final byte[] ID = ascii("id");
  private static final byte[] REPLY = ascii("reply");
  private static final byte[] FULL = ascii("full");
  private static final int AROUND_PAYLOAD = 200;

  /** Jobs of a batch that are written and not answered: more would only fill buffers. */
  private static final int WINDOW = 8_192;

  private final Asking asking;

  Submits(Asking asking) {
    this.asking = asking;
  }

  CompletableFuture<Submission> submit(JobSpec spec) {
    boolean own = spec.id() == null;
    JobId id = own ? JobId.next(System.currentTimeMillis()) : spec.id();
    return asking.repeatable(command(spec, id), reply -> submission(reply, id, own));
  }

  private static CommandWriter command(JobSpec spec, JobId id) {
    CommandWriter command = new CommandWriter("QUEUE PUSH", AROUND_PAYLOAD + spec.payload().length);
    command.add(QUEUE).add(PUSH).add(spec.queue()).add(spec.kind()).add(spec.payload());
    command.add(ID).add(WireIds.write(id));
    PushOptions.options(spec.options()).forEach((name, value) -> command.add(name).add(value));
    return command.add(REPLY).add(FULL);
  }

  /** An id made here is known there only because it was sent twice, unless it is another's. */
  private static Submission submission(Object reply, JobId id, boolean own) {
    Submission submission = JobFields.readSubmission(reply);
    boolean known = own ? !submission.id().equals(id) : submission.known();
    return new Submission(submission.id(), known, submission.copies());
  }

  CompletableFuture<List<SubmitResult>> submitAll(List<JobSpec> specs) {
    Batch batch = new Batch(List.copyOf(specs));
    batch.start();
    return batch.done;
  }

  /** Keeps a window of a long list on the way. */
  private final class Batch {
    private final List<JobSpec> specs;
    private final SubmitResult[] results;
    private final CompletableFuture<List<SubmitResult>> done = new CompletableFuture<>();
    private int sent;
    private int answered;

    Batch(List<JobSpec> specs) {
      this.specs = specs;
      this.results = new SubmitResult[specs.size()];
    }

    void start() {
      if (specs.isEmpty()) {
        done.complete(List.of());
      }
      for (int i = Math.min(WINDOW, specs.size()); i > 0; i--) {
        sendNext();
      }
    }

    private void sendNext() {
      int index;
      synchronized (this) {
        if (sent == specs.size()) {
          return;
        }
        index = sent++;
      }
      submit(specs.get(index)).whenComplete((got, failure) -> answered(index, got, failure));
    }

    private void answered(int index, Submission submission, Throwable failure) {
      results[index] =
          failure == null
              ? new SubmitResult(submission, null)
              : new SubmitResult(null, Failures.of(failure));
      boolean last;
      synchronized (this) {
        last = ++answered == specs.size();
      }
      if (last) {
        done.complete(Arrays.asList(results));
      } else {
        sendNext();
      }
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
