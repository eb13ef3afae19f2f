/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.spi.QueuedJob;
import io.desaster.core.discipline.DisciplineSpec.ClassSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DrrTest {
  /** The algorithm as the paper has it: a walk, visit by visit. */
  private static final class Walk {
    final List<Deque<QueuedJob>> queues = new ArrayList<>();
    final double[] quanta;
    final double[] deficits;
    final Deque<Integer> round = new ArrayDeque<>();

    Walk(double[] quanta) {
      this.quanta = quanta;
      this.deficits = new double[quanta.length];
      for (int i = 0; i < quanta.length; i++) {
        queues.add(new ArrayDeque<>());
      }
    }

    void enqueue(int which, QueuedJob job) {
      queues.get(which).add(job);
      if (queues.get(which).size() == 1) {
        deficits[which] = quanta[which];
        round.add(which);
      }
    }

    QueuedJob dequeue() {
      while (!round.isEmpty()) {
        int which = round.peek();
        QueuedJob job = queues.get(which).peek();
        if (job.cost() <= deficits[which] + 1e-9) {
          deficits[which] -= job.cost();
          queues.get(which).poll();
          if (queues.get(which).isEmpty()) {
            round.poll();
          }
          return job;
        }
        deficits[which] += quanta[which];
        round.add(round.poll());
      }
      return null;
    }
  }

  @Test
  void shouldServeInTheOrderOfAWalkThroughTheRounds() {
    for (long seed = 1; seed <= 300; seed++) {
      Random random = new Random(seed);
      double[] quanta = new double[1 + random.nextInt(12)];
      List<ClassSpec> classes = new ArrayList<>();
      for (int i = 0; i < quanta.length; i++) {
        quanta[i] = (1 + random.nextInt(8)) / 2.0;
        classes.add(new ClassSpec("c" + i, quanta[i], 0, new DisciplineSpec.Fifo()));
      }
      Walk walk = new Walk(quanta);
      TreeRig rig = new TreeRig(new DisciplineSpec.Drr(classes));
      for (long order = 1; order <= 500; order++) {
        if (random.nextInt(100) < (order < 250 ? 70 : 30)) {
          int which = random.nextInt(quanta.length);
          QueuedJob job = TestJob.of(order, "").costing(random.nextInt(40) / 4.0);
          walk.enqueue(which, job);
          rig.enqueue("c" + which, job);
        } else {
          assertThat(rig.start("")).as("seed %s", seed).isSameAs(walk.dequeue());
        }
      }
    }
  }

  @Test
  void shouldNotWalkWhenQuantaAreTiny() {
    TreeRig rig =
        new TreeRig(
            new DisciplineSpec.Drr(
                List.of(
                    new ClassSpec("a", 1e-6, 0, new DisciplineSpec.Fifo()),
                    new ClassSpec("b", 3e-6, 0, new DisciplineSpec.Fifo()))));
    for (int i = 1; i <= 400; i++) {
      rig.enqueue(i % 2 == 0 ? "a" : "b", TestJob.of(i, "").costing(1000));
    }
    int ofB = 0;
    for (int i = 0; i < 200; i++) {
      ofB += rig.start("").order() % 2;
    }
    assertThat(ofB).isBetween(148, 152);
  }

  @Test
  void shouldKeepTheOrderThroughThousandsOfNewcomersAtOneSpot() {
    List<ClassSpec> classes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      classes.add(new ClassSpec("c" + i, 1, 0, new DisciplineSpec.Fifo()));
    }
    TreeRig rig = new TreeRig(new DisciplineSpec.Drr(classes));
    rig.enqueue("c0", TestJob.of(1, ""));
    rig.enqueue("c1", TestJob.of(2, ""));
    for (int i = 3; i < 20_000; i++) {
      QueuedJob job = TestJob.of(i, "");
      rig.enqueue("c2", job);
      rig.remove("c2", job);
    }
    rig.enqueue("c2", TestJob.of(20_000, ""));
    assertThat(rig.start("").order()).isEqualTo(1);
    assertThat(rig.start("").order()).isEqualTo(2);
    assertThat(rig.start("").order()).isEqualTo(20_000);
  }
}
