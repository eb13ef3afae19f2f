/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.wire.JobFields;
import io.desaster.api.wire.OperationFields;
import io.desaster.daemon.resp.Call;
import io.desaster.daemon.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The jobs that a verb is about: ids, or all that match a filter.
 *
 * @param filter null: the ids are meant
 */
record Targets(List<JobId> ids, JobFilter filter) {
  static final String GRAMMAR = "(id … | FILTER filter)";
  static final String REPLY =
      "for one id the job afterwards; for several an array with a job or an error for each; for a"
          + " FILTER the operation, which goes on after the answer";

  /** Reads ids up to the first of the verb's keywords. */
  static Targets read(Words words, List<String> keywords) {
    if (words.accept("FILTER")) {
      String filter = words.text("filter");
      if (filter.isBlank()) {
        throw new IllegalArgumentException(
            "an empty filter would mean all jobs; write FILTER id=* if they are meant");
      }
      return new Targets(List.of(), JobFilter.parse(filter));
    }
    List<JobId> ids = new ArrayList<>();
    while (words.more() && !words.nextIs(keywords)) {
      ids.add(words.id());
    }
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("no job is named; give ids, or FILTER and a filter");
    }
    return new Targets(ids, null);
  }

  void apply(Desaster desaster, Call call, JobAction action, String by) {
    if (filter != null) {
      call.reply(
          desaster.jobs().applyAll(filter, action, by),
          operation -> Reply.of(OperationFields.of(operation)));
    } else if (ids.size() == 1) {
      call.reply(desaster.jobs().apply(ids.get(0), action), Targets::reply);
    } else {
      applyEach(desaster, call, action);
    }
  }

  private void applyEach(Desaster desaster, Call call, JobAction action) {
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (JobId id : ids) {
      replies.add(
          desaster
              .jobs()
              .apply(id, action)
              .handle((job, failure) -> failure == null ? reply(job) : call.failed(failure))
              .toCompletableFuture());
    }
    call.reply(
        CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new)),
        done ->
            out -> {
              out.array(replies.size());
              replies.forEach(reply -> reply.join().writeTo(out));
            });
  }

  private static Reply reply(Job job) {
    return Reply.of(JobFields.of(job));
  }
}
