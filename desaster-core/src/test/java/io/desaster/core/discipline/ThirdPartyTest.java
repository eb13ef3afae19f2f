/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.core.discipline.DisciplineSpec.ClassSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThirdPartyTest {
  private final TreeRig rig =
      new TreeRig(
          new DisciplineSpec.Drr(
              List.of(
                  new ClassSpec("late", 1, 0, new DisciplineSpec.Named("lifo rest=10")),
                  new ClassSpec("other", 1, 0, new DisciplineSpec.Fifo()))));

  @Test
  void shouldServeADisciplineFoundByServiceLoaderLikeItsOwn() {
    for (int i = 1; i <= 3; i++) {
      rig.enqueue("late", TestJob.of(i, "f" + i));
    }
    rig.enqueue("other", TestJob.of(4, ""));
    assertThat(rig.start("").order()).isEqualTo(4);
    assertThat(rig.start("")).isNull();
    assertThat(rig.tree.nextWakeupNanos()).isEqualTo(10);
    rig.now = 10;
    assertThat(rig.start("").order()).isEqualTo(3);
    rig.rebuild();
    rig.now = 20;
    assertThat(rig.start("").order()).isEqualTo(2);
  }

  @Test
  void shouldPassOnItsComplaints() {
    Disciplines disciplines = new Disciplines();
    assertThatThrownBy(() -> disciplines.leaf("lifo speed=2"))
        .hasMessage("lifo has rest=NANOS, not 'speed=2'");
    assertThatThrownBy(() -> disciplines.leaf("filo"))
        .hasMessage("there is no discipline 'filo'; disciplines: edf fifo lifo sfq wfq");
    assertThatThrownBy(() -> disciplines.leaf("sfq buckets=3"))
        .hasMessageStartingWith("sfq has no parameter 'buckets'; parameters: divisor quantum");
  }
}
