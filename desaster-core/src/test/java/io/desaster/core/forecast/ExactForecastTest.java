/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.job.Eta;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobSpec;
import io.desaster.core.forecast.trial.VirtualNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Where run times are known and nobody comes, what is predicted is what happens. The scenarios are
 * those with an {@code eta} check of the open cases, without the changes to come, which nobody
 * knows; what {@code desaster simulate} says of them is not the forecast of a node.
 */
class ExactForecastTest {
  /** So long before they may start the jobs came, that nobody expects others. */
  private static final long LONG_MILLIS = Duration.ofMinutes(10).toMillis();

  private final Map<JobId, Long> startedAt = new HashMap<>();
  private final List<JobId> jobs = new ArrayList<>();
  private final Set<String> queues = new LinkedHashSet<>();
  private VirtualNode node;
  private long begin;

  private void node(int slots, String tree) {
    node = new VirtualNode(slots, 1);
    node.listen(started -> startedAt.put(started.job(), started.atMillis()));
    if (tree != null) {
      node.tree(tree.replace('\'', '"'));
    }
  }

  private void come(String queue, int count, long runMillis, UnaryOperator<JobSpec.Builder> with) {
    if (queues.add(queue)) {
      node.queue(queue, "fifo");
      node.pause(queue);
    }
    JobSpec spec = with.apply(JobSpec.shell("x").estimate(Duration.ofMillis(runMillis))).build();
    for (int i = 0; i < count; i++) {
      jobs.add(node.submit(queue, spec.options(), "x", runMillis));
    }
  }

  private void come(String queue, int count, long runMillis) {
    come(queue, count, runMillis, spec -> spec);
  }

  private void begin() {
    begin = node.nowMillis() + LONG_MILLIS;
    node.runTo(begin);
    queues.forEach(node::resume);
  }

  /**
   * Asks about all that wait.
   *
   * @param least how many of them are to have started when it is over
   */
  private void shouldBeExact(long askedAtMillis, long untilMillis, int least) {
    node.runTo(begin + askedAtMillis);
    List<JobId> waiting = jobs.stream().filter(job -> !startedAt.containsKey(job)).toList();
    Map<JobId, Eta> etas = node.predict(waiting);
    node.runTo(begin + untilMillis);

    Map<JobId, Long> told = new HashMap<>();
    Map<JobId, Long> toldP90 = new HashMap<>();
    Map<JobId, Long> actual = new HashMap<>();
    for (JobId job : waiting) {
      if (startedAt.containsKey(job)) {
        told.put(job, etas.get(job).startP50().orElseThrow().toEpochMilli() - begin);
        toldP90.put(job, etas.get(job).startP90().orElseThrow().toEpochMilli() - begin);
        actual.put(job, startedAt.get(job) - begin);
      }
    }
    assertThat(actual).hasSizeGreaterThan(least);
    assertThat(told).isEqualTo(actual);
    assertThat(toldP90).isEqualTo(actual);
  }

  @Test
  void shouldForeseeWhoLendsToWhom() {
    node(
        64,
        "{'kind':'htb','classes':[{'id':'root','rate':100,'ceil':100,'burst':4,'cburst':4,"
            + "'classes':[{'id':'x','rate':60,'ceil':100,'burst':4,'cburst':4,'classes':["
            + "{'id':'x1','rate':35,'ceil':100,'burst':4,'cburst':4},"
            + "{'id':'default','rate':5,'ceil':100,'burst':4,'cburst':4},"
            + "{'id':'x2','rate':20,'ceil':60,'burst':4,'cburst':4}]},"
            + "{'id':'y','rate':40,'ceil':50,'burst':4,'cburst':4,'classes':["
            + "{'id':'y1','rate':30,'ceil':50,'burst':4,'cburst':4},"
            + "{'id':'y2','rate':10,'ceil':50,'burst':4,'cburst':4}]}]}]}");
    come("x1", 400, 5);
    come("x2", 800, 5);
    come("y1", 900, 5);
    come("y2", 400, 5);
    begin();

    shouldBeExact(5000, 20_000, 1400);
  }

  @Test
  void shouldForeseeSharesOfCost() {
    node(
        1,
        "{'kind':'drr','classes':[{'id':'a','quantum':10},{'id':'b','quantum':10},"
            + "{'id':'c','quantum':20},{'id':'default','quantum':1}]}");
    come("a", 300, 20, spec -> spec.cost(2));
    come("b", 120, 50, spec -> spec.cost(5));
    come("c", 1200, 10, spec -> spec.cost(1));
    begin();

    shouldBeExact(1000, 20_000, 1200);
  }

  @Test
  void shouldForeseeHowManyMayRun() {
    node(8, "{'kind':'prio','bands':[{'id':'hi','max_running':3},{'id':'lo'},{'id':'default'}]}");
    come("hi", 700, 100);
    come("lo", 1100, 100);
    begin();

    shouldBeExact(10_000, 20_000, 750);
  }

  @Test
  void shouldForeseeWhichSlotsTakeAJob() {
    node(0, null);
    node.announce("gpu1", 2, "gpu");
    node.announce("plain", 4);
    node.announce("tpu1", 1, "tpu");
    come("all", 1, 100, spec -> spec.label("tpu"));
    come("all", 200, 100, spec -> spec.label("gpu"));
    come("all", 600, 100);
    begin();

    shouldBeExact(1050, 20_000, 700);
  }
}
