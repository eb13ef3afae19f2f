/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import io.desaster.api.Jobs;
import io.desaster.api.Nodes;
import io.desaster.api.Operations;
import io.desaster.api.Queues;
import io.desaster.api.RemoteWork;
import io.desaster.api.Trees;
import io.desaster.api.audit.AuditEntry;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Submission;
import io.desaster.api.job.SubmitResult;
import io.desaster.core.audit.Audit;
import io.desaster.core.audit.AuditLevel;
import io.desaster.core.audit.AuditWords;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Audits the calls of the application around a node, under the names that the protocol has for the
 * same. One handler for all nouns: what the methods do is told by their names.
 */
final class EmbeddedAudit {
  /** By noun and method; the other methods read. */
  private static final Map<Class<?>, Map<String, String>> VERBS =
      Map.of(
          Queues.class,
          Map.ofEntries(
              Map.entry("create", "QUEUE CREATE"),
              Map.entry("set", "QUEUE SET"),
              Map.entry("pause", "QUEUE PAUSE"),
              Map.entry("resume", "QUEUE RESUME"),
              Map.entry("drain", "QUEUE DRAIN"),
              Map.entry("rename", "QUEUE RENAME"),
              Map.entry("destroy", "QUEUE DESTROY"),
              Map.entry("purge", "QUEUE PURGE"),
              Map.entry("attach", "QUEUE ATTACH"),
              Map.entry("detach", "QUEUE DETACH"),
              Map.entry("clearCoolDowns", "COOLDOWN CLEAR")),
          Jobs.class,
          Map.of("apply", "JOB", "applyAll", "JOB", "cancel", "JOB CANCEL", "retry", "JOB RETRY"),
          Trees.class,
          Map.of("apply", "TREE APPLY", "revert", "TREE REVERT"),
          Nodes.class,
          Map.of("drain", "NODE", "setSlots", "POOL SET"),
          Operations.class,
          Map.of("stop", "OPERATION STOP", "undo", "OPERATION UNDO"),
          RemoteWork.class,
          Map.of(
              "take", "JOB TAKE",
              "done", "JOB DONE",
              "fail", "JOB FAIL",
              "beat", "JOB BEAT",
              "progress", "JOB PROGRESS"));

  private final Audit audit;

  EmbeddedAudit(Audit audit) {
    this.audit = audit;
  }

  Queues of(Queues queues) {
    return audited(Queues.class, queues, AuditLevel.CHANGES);
  }

  Jobs of(Jobs jobs) {
    return audited(Jobs.class, jobs, AuditLevel.CHANGES);
  }

  Trees of(Trees trees) {
    return audited(Trees.class, trees, AuditLevel.CHANGES);
  }

  Nodes of(Nodes nodes) {
    return audited(Nodes.class, nodes, AuditLevel.CHANGES);
  }

  Operations of(Operations operations) {
    return audited(Operations.class, operations, AuditLevel.CHANGES);
  }

  RemoteWork of(RemoteWork work) {
    return audited(RemoteWork.class, work, AuditLevel.ALL);
  }

  static Map<String, String> verbs(Class<?> noun) {
    return VERBS.get(noun);
  }

  private <T> T audited(Class<T> noun, T plain, AuditLevel level) {
    if (!audit.keeps(level)) {
      return plain;
    }
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          Object answer = invoke(method, plain, arguments);
          String verb = verbs(noun).get(method.getName());
          if (verb != null) {
            follow((CompletionStage<?>) answer, verb(verb, arguments), method, arguments);
          }
          return answer;
        };
    return noun.cast(Proxy.newProxyInstance(noun.getClassLoader(), new Class<?>[] {noun}, handler));
  }

  private static Object invoke(Method method, Object plain, Object[] arguments) throws Throwable {
    try {
      return method.invoke(plain, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Two methods have verbs by what they are given. */
  private static String verb(String verb, Object[] arguments) {
    if (verb.equals("NODE")) {
      return Boolean.TRUE.equals(arguments[1]) ? "NODE DRAIN" : "NODE UNDRAIN";
    }
    return verb.equals("JOB") ? "JOB " + word((JobAction) arguments[1]) : verb;
  }

  private static String word(JobAction action) {
    if (action instanceof JobAction.Relabel) {
      return "LABEL";
    }
    return action instanceof JobAction.Reprioritize
        ? "PRIORITY"
        : AuditWords.upper(action.getClass().getSimpleName());
  }

  private void follow(CompletionStage<?> answer, String verb, Method method, Object[] arguments) {
    Instant time = now();
    answer.whenComplete(
        (value, failure) ->
            audit.add(entry(time, verb, by(method, arguments), arguments, failure)));
  }

  /** The last text, where the noun takes one for the record. */
  private static String by(Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "pause", "resume" -> arguments[1].toString();
      case "drain", "purge", "applyAll", "apply", "revert", "undo" ->
          arguments[arguments.length - 1] instanceof String by && arguments.length > 1 ? by : "";
      default -> "";
    };
  }

  /** Audits a submit, which is no method of a noun. */
  void follow(JobSpec spec, CompletionStage<Submission> answer) {
    if (audit.keeps(AuditLevel.ALL)) {
      Instant time = now();
      answer.whenComplete((done, failure) -> audit.add(entry(time, spec, failure)));
    }
  }

  void follow(List<JobSpec> specs, CompletionStage<List<SubmitResult>> answer) {
    if (audit.keeps(AuditLevel.ALL)) {
      Instant time = now();
      answer.whenComplete(
          (results, failure) -> {
            for (int i = 0; i < specs.size(); i++) {
              audit.add(
                  entry(time, specs.get(i), failure == null ? results.get(i).refusal() : failure));
            }
          });
    }
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private static AuditEntry entry(Instant time, JobSpec spec, Throwable failure) {
    Object[] arguments = {spec.queue(), spec.kind(), spec.payload()};
    return entry(time, "QUEUE PUSH", "", arguments, failure);
  }

  private static AuditEntry entry(
      Instant time, String verb, String by, Object[] arguments, Throwable failure) {
    List<String> words = new ArrayList<>();
    Arrays.stream(arguments).forEach(argument -> words.add(AuditWords.of(argument)));
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return new AuditEntry(
        0,
        time,
        "",
        System.getProperty("user.name", "?"),
        by,
        "",
        AuditEntry.EMBEDDED,
        verb,
        words.get(0),
        words.subList(1, words.size()),
        cause == null ? AuditEntry.OK : code(cause),
        cause == null ? "" : AuditWords.of(String.valueOf(cause.getMessage())));
  }

  private static String code(Throwable cause) {
    return cause instanceof DesasterException refusal
        ? refusal.code().name()
        : ErrorCode.ERR.name();
  }
}
