/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api;

import io.desaster.api.audit.AuditEntry;
import io.desaster.api.audit.AuditQuery;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Submission;
import io.desaster.api.job.SubmitResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * A desaster, whether it runs in this JVM or on the other side of a connection.
 *
 * <p>All calls return at once and may be made from any thread. A stage completes with the answer,
 * or exceptionally with a {@link io.desaster.api.error.DesasterException}; a change is safe (on
 * disk, and on other nodes as far as there are any) when its stage completes. A read shows every
 * change that was answered before the read was asked for. Stages may complete on an internal
 * thread, which must not be blocked.
 */
public interface Desaster extends AutoCloseable {

  /** Submits one job; repeated with the same id it is still one job. */
  CompletionStage<Submission> submit(JobSpec spec);

  /** Submits many jobs; the results stand in the order of the specs, each by itself. */
  CompletionStage<List<SubmitResult>> submitAll(List<JobSpec> specs);

  Jobs jobs();

  Queues queues();

  Trees trees();

  Nodes nodes();

  Operations operations();

  RemoteWork remoteWork();

  Events events();

  /**
   * Who changed what on this node: of the entries of its audit log that match the newest, the
   * oldest of them first. ERR if its files cannot be read.
   */
  CompletionStage<List<AuditEntry>> audit(AuditQuery query);

  /** Facts about this node and its cluster as {@code section.name = value}, ordered. */
  CompletionStage<Map<String, String>> info();

  @Override
  void close();
}
