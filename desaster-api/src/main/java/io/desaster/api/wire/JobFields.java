/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.wire;

import io.desaster.api.job.Attempt;
import io.desaster.api.job.Eta;
import io.desaster.api.job.Job;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobPage;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.JobState;
import io.desaster.api.job.Outcome;
import io.desaster.api.job.Progress;
import io.desaster.api.job.ResourceUse;
import io.desaster.api.job.Submission;
import java.util.List;
import java.util.Map;

/** Jobs, their attempts, pages of them, and the answer to a submit. */
public final class JobFields {
  private JobFields() {}

  /** The fields of a job; {@code options} are those of {@code QUEUE PUSH} that are set. */
  public static Map<String, Object> of(Job job) {
    FieldsWriter out =
        new FieldsWriter()
            .text("id", job.id().toString())
            .text("queue", job.spec().queue())
            .text("kind", job.spec().kind())
            .word("state", job.state())
            .text("reason", job.reason())
            .time("submitted-at", job.submittedAt())
            .time("due-at", job.dueAt())
            .time("finished-at", job.finishedAt())
            .time("unreachable-since", job.unreachableSince())
            .time("start-p50", job.eta().startP50())
            .time("start-p90", job.eta().startP90())
            .time("finish-p50", job.eta().finishP50())
            .time("finish-p90", job.eta().finishP90());
    if (!job.eta().unknown().isEmpty()) {
      out.text("eta-unknown", job.eta().unknown());
    }
    if (!job.progress().equals(Progress.NONE)) {
      out.number("progress", job.progress().percent()).text("progress-text", job.progress().text());
    }
    return out.list("attempts", job.attempts().stream().map(JobFields::of).toList())
        .map("options", PushOptions.options(job.spec().options()))
        .bytes("payload", job.spec().payload())
        .bytes("result", job.result())
        .fields();
  }

  public static Job readJob(Object reply) {
    return readJob(Fields.of(reply));
  }

  static Job readJob(Fields in) {
    JobId id = in.requireId("id");
    JobSpec spec =
        new JobSpec(
            id,
            in.text("queue"),
            in.requireText("kind"),
            in.bytes("payload"),
            PushOptions.readOptions(in.fields("options").texts()));
    return new Job(
        id,
        spec,
        in.word("state", JobState.class),
        in.text("reason"),
        in.timeOrEpoch("submitted-at"),
        in.time("due-at"),
        in.time("finished-at"),
        in.time("unreachable-since"),
        new Progress(in.count("progress"), in.text("progress-text")),
        Fields.listOf(in.list("attempts")).stream().map(JobFields::readAttempt).toList(),
        in.bytes("result"),
        new Eta(
            in.time("start-p50"),
            in.time("start-p90"),
            in.time("finish-p50"),
            in.time("finish-p90"),
            in.text("eta-unknown")));
  }

  public static Map<String, Object> of(Attempt attempt) {
    FieldsWriter out =
        new FieldsWriter()
            .number("number", attempt.number())
            .text("node", attempt.node())
            .text("pool", attempt.pool())
            .time("started-at", attempt.startedAt())
            .time("ended-at", attempt.endedAt());
    attempt.outcome().ifPresent(outcome -> out.word("outcome", outcome));
    return out.number("exit-code", attempt.exitCode())
        .text("error", attempt.error())
        .number("user-us", attempt.use().userMicros())
        .number("system-us", attempt.use().systemMicros())
        .number("max-rss-bytes", attempt.use().maxRssBytes())
        .fields();
  }

  static Attempt readAttempt(Fields in) {
    return new Attempt(
        in.count("number"),
        in.text("node"),
        in.text("pool"),
        in.timeOrEpoch("started-at"),
        in.time("ended-at"),
        in.optionalWord("outcome", Outcome.class),
        in.has("exit-code") ? in.count("exit-code") : -1,
        in.text("error"),
        new ResourceUse(in.number("user-us"), in.number("system-us"), in.number("max-rss-bytes")));
  }

  /** A page; {@code next} is empty on the last one. */
  public static Map<String, Object> of(JobPage page) {
    return new FieldsWriter()
        .list("jobs", page.jobs().stream().map(JobFields::of).toList())
        .number("matched", page.matched())
        .text("next", page.next())
        .number("index", page.index())
        .fields();
  }

  public static JobPage readPage(Object reply) {
    Fields in = Fields.of(reply);
    List<Job> jobs = Fields.listOf(in.list("jobs")).stream().map(JobFields::readJob).toList();
    return new JobPage(jobs, in.number("matched"), in.text("next"), in.number("index"));
  }

  /** The answer to a push that asked for a full reply. */
  public static Map<String, Object> of(Submission submission) {
    return new FieldsWriter()
        .text("id", submission.id().toString())
        .flag("known", submission.known())
        .number("copies", submission.copies())
        .fields();
  }

  public static Submission readSubmission(Object reply) {
    Fields in = Fields.of(reply);
    return new Submission(in.requireId("id"), in.flag("known"), in.count("copies"));
  }
}
