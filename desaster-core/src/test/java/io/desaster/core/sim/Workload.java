/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.job.CancelMode;
import io.desaster.api.job.JobAction;
import io.desaster.api.job.JobFilter;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.OnLost;
import io.desaster.api.job.RetryPolicy;
import io.desaster.api.job.Submission;
import io.desaster.api.operation.Operation;
import io.desaster.api.queue.QueueSettings;
import io.desaster.api.tree.TreeVersion;
import io.desaster.core.command.ActOnJob;
import io.desaster.core.command.ApplyTree;
import io.desaster.core.command.AttachPool;
import io.desaster.core.command.ClearCoolDowns;
import io.desaster.core.command.CreateQueue;
import io.desaster.core.command.DrainNode;
import io.desaster.core.command.DrainQueue;
import io.desaster.core.command.PauseQueue;
import io.desaster.core.command.RemoveQueue;
import io.desaster.core.command.RenameQueue;
import io.desaster.core.command.ResumeQueue;
import io.desaster.core.command.RevertTree;
import io.desaster.core.command.ScalePools;
import io.desaster.core.command.SetQueue;
import io.desaster.core.command.SetSlots;
import io.desaster.core.command.StartOperation;
import io.desaster.core.command.StopOperation;
import io.desaster.core.command.SubmitJob;
import io.desaster.core.command.UndoOperation;
import io.desaster.core.scheduler.Command;
import io.desaster.core.scheduler.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Users and operators who do anything at all. */
final class Workload {
  private static final List<String> LABELS = List.of("", "", "", "gpu", "eu");
  private static final List<String> LIMITS = List.of("", "", "", "api:1", "api:3", "db:2");
  private static final List<String> KEYS = List.of("", "", "k1", "k2", "k3");
  private static final List<String> FILTERS =
      List.of(
          "",
          "state=queued",
          "state=failed,cancelled",
          "state=retrying,scheduled",
          "state=succeeded",
          "queue=s0",
          "queue=r*",
          "kind=shell",
          "kind=remote state!=running",
          "tag=red",
          "label=gpu",
          "limit=api*",
          "priority<3",
          "attempts>1",
          "text~x");

  /** Trees; the dollar is the first letter of the queues of a kind. */
  private static final List<String> TREES =
      List.of(
          TreeVersion.UNCONFIGURED,
          "{'kind':'drr','classes':[{'id':'$0','quantum':3,'qdisc':{'kind':'wfq','charge':'run'}},"
              + "{'id':'default','qdisc':{'kind':'edf'}}]}",
          "{'kind':'drr','classes':[{'id':'$0','quantum':0.5},{'id':'$1'},{'id':'default'}]}",
          "{'kind':'prio','bands':[{'id':'$1','max_running':2},"
              + "{'id':'default','qdisc':{'kind':'sfq','quantum':2,'perturb_ms':500}}]}",
          "{'kind':'htb','classes':[{'id':'$0','rate':2,'ceil':9,'burst':3},"
              + "{'id':'rest','rate':3,'classes':[{'id':'$1','rate':1,'ceil':3,'prio':1,"
              + "'qdisc':{'kind':'sfq','flow_max_running':1}},"
              + "{'id':'default','rate':1,'ceil':3}]}]}",
          "{'kind':'htb','charge':'run','est_ms':50,'classes':["
              + "{'id':'$0','rate':'25 %','ceil':'100 %'},"
              + "{'id':'$2','rate':'25 %','ceil':'50 %','max_running':1},"
              + "{'id':'default','rate':'50 %','ceil':'100 %','qdisc':{'kind':'wfq'}}]}",
          "{'kind':'drr','classes':[{'id':'$0','qdisc':{'kind':'tbf','rate':2,'burst':3,"
              + "'qdisc':{'kind':'sfq','divisor':2}}},{'id':'default'}]}",
          "{'kind':'drr','classes':[{'id':'$0'}]}");

  private final Simulation world;
  private final Dice dice;
  private final List<JobId> jobs = new ArrayList<>();
  private final List<JobSpec> specs = new ArrayList<>();
  private final List<Long> operations = new ArrayList<>();
  private long made;

  Workload(Simulation world) {
    this.world = world;
    this.dice = world.dice().split();
  }

  /** Somebody wants something. */
  void act() {
    int what = dice.below(100);
    if (what < 50) {
      submit();
    } else if (what < 75) {
      actOnJob();
    } else if (what < 80) {
      bulk();
    } else if (what < 85) {
      operation();
    } else if (what < 95) {
      queue();
    } else if (what < 97) {
      tree();
    } else {
      node();
    }
  }

  private void send(Command command) {
    world.trace("command " + command.getClass().getSimpleName());
    world.note(command);
    world.daemon().submit(command);
  }

  private <T> Reply<T> reply(String question) {
    return world.ledger().ask(question);
  }

  // Jobs.

  private void submit() {
    if (!specs.isEmpty() && dice.oneIn(8)) {
      send(submission(dice.pick(specs)));
      return;
    }
    for (int i = dice.oneIn(10) ? 10 : 1; i > 0; i--) {
      send(submission(spec()));
    }
  }

  private SubmitJob submission(JobSpec spec) {
    Ledger.Ticket<Submission> ticket =
        world
            .ledger()
            .ask(
                "submit of " + spec.id(),
                submission -> accepted(spec, submission),
                refusal -> refused(spec, refusal));
    return new SubmitJob(spec, ticket);
  }

  private void accepted(JobSpec spec, Submission submission) {
    EventRules rules = world.replica().rules();
    if (rules.accepted(submission.id()) == null) {
      throw new AssertionError(
          "the submit of " + spec + " was acknowledged before it was committed");
    }
    jobs.add(submission.id());
    if (jobs.size() > 150) {
      jobs.remove(0);
    }
    boolean own = spec.id() == null || spec.id().equals(submission.id());
    if (own
        && !submission.known()
        && !rules.accepted(submission.id()).options().equals(spec.options())) {
      throw new AssertionError("accepted with other options: " + spec);
    }
  }

  private void refused(JobSpec spec, DesasterException refusal) {
    JobId id = spec.id();
    if (id == null || !specs.contains(spec)) {
      return;
    }
    if (refusal.code() == ErrorCode.EXISTS && !world.mayBeTaken(spec)) {
      throw new AssertionError("the same spec again was refused: " + refusal.getMessage());
    }
  }

  private String queueName() {
    return dice.oneOf("s0", "s1", "s2", "j0", "j1", "r0", "r1", "r2");
  }

  private static String kindOf(String queue) {
    return queue.startsWith("s") ? "shell" : queue.startsWith("j") ? "java" : Simulation.REMOTE;
  }

  private JobSpec spec() {
    String queue = queueName();
    String kind = dice.oneIn(40) ? "shell" : kindOf(queue);
    byte[] payload = dice.bytes(dice.oneIn(20) ? dice.below(8_000) : dice.below(8));
    JobSpec.Builder builder = JobSpec.of(kind, payload).queue(queue);
    JobId id = id();
    if (id != null) {
      builder.id(id);
    }
    if (!dice.oneIn(3)) {
      options(builder);
    }
    JobSpec spec = builder.build();
    if (id != null) {
      specs.add(spec);
      if (specs.size() > 40) {
        specs.remove(0);
      }
    }
    return spec;
  }

  private JobId id() {
    long now = world.clock().wallMillis();
    return switch (dice.below(6)) {
      case 0 -> JobId.parse("name-" + dice.below(60));
      case 1 -> JobId.of(now - dice.below(1000), dice.any(), dice.any());
      case 2 ->
          dice.oneIn(3)
              ? JobId.of(now + dice.between(-7_200_000, 7_200_000), dice.any(), dice.any())
              : JobId.parse("own-" + made++);
      default -> null;
    };
  }

  private void options(JobSpec.Builder builder) {
    if (dice.oneIn(3)) {
      builder.priority(dice.below(8));
    }
    builder.label(dice.pick(LABELS)).limit(dice.pick(LIMITS)).key(dice.pick(KEYS));
    if (dice.oneIn(10)) {
      builder.node(dice.oneOf(Simulation.NODE, "w1", "elsewhere"));
    }
    if (dice.oneIn(4)) {
      builder.flow(dice.oneOf("a", "b", "c"));
    }
    if (dice.oneIn(5)) {
      builder.delay(millis());
    } else if (dice.oneIn(8)) {
      builder.at(Instant.ofEpochMilli(world.clock().wallMillis() + dice.between(-10_000, 60_000)));
    }
    if (dice.oneIn(5)) {
      builder.ttl(millis());
    }
    if (dice.oneIn(5)) {
      builder.timeout(millis());
    }
    if (dice.oneIn(3)) {
      builder.retry(retry());
    }
    if (dice.oneIn(5) && !jobs.isEmpty()) {
      builder.after(dice.oneIn(3) ? List.of(parent(), parent()) : List.of(parent()));
    }
    if (dice.oneIn(4)) {
      builder.onLost(dice.oneOf(OnLost.values()));
    }
    if (dice.oneIn(4)) {
      builder.tags(dice.oneIn(2) ? List.of("red") : List.of("red", "blue"));
    }
    if (dice.oneIn(10)) {
      builder.hook("echo \"failed\"");
    }
    if (dice.oneIn(6)) {
      builder.cost(dice.oneOf(0.0, 0.5, 3.0, 40.0));
    }
  }

  private JobId parent() {
    return jobs.get(jobs.size() - 1 - dice.below(Math.min(20, jobs.size())));
  }

  private Duration millis() {
    return dice.oneIn(30)
        ? Duration.ofMillis(Long.MAX_VALUE - dice.below(3))
        : Duration.ofMillis(dice.oneOf(1L, dice.between(1, 300), dice.between(1, 30_000)));
  }

  private RetryPolicy retry() {
    return dice.oneIn(3)
        ? RetryPolicy.NONE
        : new RetryPolicy(
            1 + dice.below(4),
            Duration.ofMillis(dice.below(2_000)),
            dice.oneOf(1.0, 2.0, 10.0),
            Duration.ofMillis(10_000),
            dice.oneOf(0.0, 0.1, 1.0),
            dice.oneIn(2) ? List.of() : List.of(3));
  }

  private void actOnJob() {
    if (jobs.isEmpty()) {
      return;
    }
    JobId id = dice.oneIn(30) ? JobId.parse("nobody") : dice.pick(jobs);
    JobAction action = action();
    if (action instanceof JobAction.Delete) {
      world.replica().rules().deletionAsked(id);
    }
    world.changed(id, action);
    send(new ActOnJob(id, action, reply(action + " of " + id)));
  }

  private JobAction action() {
    return switch (dice.below(8)) {
      case 0, 1 ->
          new JobAction.Cancel(
              dice.oneOf(CancelMode.values()),
              dice.oneIn(2)
                  ? Optional.empty()
                  : Optional.of(Duration.ofMillis(dice.between(0, 5_000))),
              dice.oneOf("", "alice"));
      case 2 -> new JobAction.Move(queueName());
      case 3 -> new JobAction.Relabel(dice.pick(LABELS), dice.oneOf("", "", Simulation.NODE));
      case 4 -> new JobAction.Reprioritize(dice.below(8));
      case 5 -> new JobAction.Retry();
      case 6 -> new JobAction.Delete();
      default -> new JobAction.Tag(List.of("red"), List.of("blue"));
    };
  }

  // Operations.

  private void bulk() {
    JobAction action = action();
    String filter = dice.pick(FILTERS);
    world.trace("bulk " + action + " on " + filter);
    Daemon daemon = world.daemon();
    daemon
        .copy()
        .select(JobFilter.parse(filter))
        .thenAccept(
            ids -> {
              for (int i = 0; i < ids.length; i += 2) {
                world.changed(new JobId(ids[i], ids[i + 1]), action);
              }
              daemon.submit(
                  new StartOperation(
                      action,
                      filter,
                      "alice",
                      ids,
                      world.ledger().ask("bulk " + action, this::begun, refusal -> {}),
                      world.ledger().ask("end of bulk " + action, this::over, refusal -> {})));
            });
  }

  private void begun(Operation operation) {
    operations.add(operation.id());
    if (operations.size() > 8) {
      operations.remove(0);
    }
  }

  private void over(Operation operation) {
    boolean all = operation.done() + operation.skipped() == operation.selected();
    if (operation.state() == Operation.State.DONE && !all) {
      throw new AssertionError("it is over, but not all was looked at: " + operation);
    }
  }

  private void operation() {
    if (operations.isEmpty()) {
      return;
    }
    long id = dice.oneIn(20) ? 1_000_000 : dice.pick(operations);
    if (dice.oneIn(3)) {
      send(new StopOperation(id, reply("stop of operation " + id)));
    } else {
      world.undone(id);
      send(
          new UndoOperation(
              id,
              "alice",
              world.ledger().ask("undo of operation " + id, this::begun, refusal -> {})));
    }
  }

  // Queues.

  private void queue() {
    String name = queueName();
    switch (dice.below(12)) {
      case 0 -> {
        String kind = dice.oneIn(20) ? "!" : kindOf(name);
        send(new CreateQueue(name, kind, QueueSettings.DEFAULT, reply("create " + name)));
      }
      case 1 -> send(pause(name));
      case 2, 3 -> send(new ResumeQueue(name, reply("resume " + name)));
      case 4 -> {
        boolean draining = dice.oneIn(2);
        send(new DrainQueue(name, draining, reply("drain " + name)));
      }
      case 5 -> send(new RenameQueue(name, queueName(), reply("rename " + name)));
      case 6 -> send(new RemoveQueue(name, reply("remove " + name)));
      case 7 -> {
        String key = dice.oneOf("", "k1");
        send(new ClearCoolDowns(name, key, reply("clear cool-downs of " + name)));
      }
      case 8 -> {
        String pool = dice.oneOf("*", "*", "shell@n1", "remote@w1", "gpu", "java@n1");
        boolean attached = !dice.oneIn(3);
        send(new AttachPool(name, pool, attached, reply("attach " + name)));
      }
      default -> send(new SetQueue(name, settings(), reply("set " + name)));
    }
  }

  private PauseQueue pause(String name) {
    Optional<Instant> until =
        dice.oneIn(5)
            ? Optional.empty()
            : Optional.of(
                Instant.ofEpochMilli(world.clock().wallMillis() + dice.between(-10, 20_000)));
    return new PauseQueue(name, "bob", "why not", until, reply("pause " + name));
  }

  private Map<String, String> settings() {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 1 + dice.below(3); i > 0; i--) {
      switch (dice.below(14)) {
        case 0 -> options.put("max-running", dice.oneOf("0", "0", "1", "2"));
        case 1 -> options.put("max-length", dice.oneOf("0", "0", "5", "30"));
        case 2 -> options.put("cool-down", dice.oneOf("0s", "100ms", "5s", "1h"));
        case 3 -> options.put("cool-down-from", dice.oneOf("enqueue", "finish", "both"));
        case 4 -> options.put("cool-down-on-hit", dice.oneOf("reject", "coalesce"));
        case 5 -> options.put("retry", dice.oneOf("1", "3", "20"));
        case 6 -> options.put("retry-base", dice.oneOf("10ms", "5s"));
        case 7 -> options.put("keep-succeeded", dice.oneOf("0s", "1s", "1h", "24h"));
        case 8 -> options.put("keep-failed", dice.oneOf("0s", "10s", "180d"));
        case 9 -> options.put("quantum", dice.oneOf("1", "5"));
        case 10 -> {
          options.put("ttl", dice.oneOf("0s", "2s", "1h"));
          world.ttlWasChanged();
        }
        case 11 -> options.put("lost-after", dice.oneOf("1s", "30s"));
        case 12 ->
            options.put(
                "discipline",
                dice.oneOf("fifo", "edf", "sfq quantum=2 perturb=1s", "wfq charge=run"));
        default -> options.put(dice.oneOf("timeout", "nonsense"), "fifo");
      }
    }
    return options;
  }

  // Trees.

  private void tree() {
    String kind = dice.oneOf("shell", "java", Simulation.REMOTE);
    if (dice.oneIn(4)) {
      send(new RevertTree(kind, dice.below(5), "ada", reply("revert of the tree of " + kind)));
      return;
    }
    String queue = kind.substring(0, 1);
    String text = dice.pick(TREES).replace('\'', '"').replace("$", queue);
    boolean dryRun = dice.oneIn(8);
    OptionalLong expected = dice.oneIn(8) ? OptionalLong.of(dice.below(4)) : OptionalLong.empty();
    send(new ApplyTree(kind, text, dryRun, expected, "ada", reply("tree of " + kind)));
  }

  // Nodes.

  private void node() {
    String pool = dice.oneOf("shell@n1", "java@n1", "nobody@n1");
    switch (dice.below(4)) {
      case 0 -> {
        boolean draining = dice.oneIn(3);
        send(new DrainNode(Simulation.NODE, draining, reply("drain node")));
      }
      case 1 -> send(new DrainNode(Simulation.NODE, false, reply("undrain node")));
      case 2 -> {
        int min = dice.below(3);
        send(new SetSlots(pool, min, min + dice.below(4), reply("set slots of " + pool)));
      }
      default -> send(new ScalePools(dice.oneOf(0.1, 0.9, 1.0)));
    }
  }
}
