/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import io.desaster.api.Trees;
import io.desaster.api.spi.Clock;
import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreePreview;
import io.desaster.api.tree.TreeStats;
import io.desaster.api.tree.TreeVersion;
import io.desaster.core.command.ApplyTree;
import io.desaster.core.command.RevertTree;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.discipline.TreeDiff;
import io.desaster.core.discipline.TreeViews;
import io.desaster.core.forecast.Forecaster;
import io.desaster.core.query.CommittedCopy;
import io.desaster.core.scheduler.TreeCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** Trees of a node in this JVM. */
final class LocalTrees implements Trees {
  private final SchedulerVerticle scheduler;
  private final CommittedCopy copy;
  private final Disciplines disciplines;
  private final Forecaster forecaster;
  private final Clock clock;

  LocalTrees(
      SchedulerVerticle scheduler,
      CommittedCopy copy,
      Disciplines disciplines,
      Forecaster forecaster,
      Clock clock) {
    this.scheduler = scheduler;
    this.copy = copy;
    this.disciplines = disciplines;
    this.forecaster = forecaster;
    this.clock = clock;
  }

  @Override
  public CompletionStage<TreeInfo> show(String kind) {
    return copy.read(state -> TreeViews.of(state, kind));
  }

  @Override
  public CompletionStage<TreeInfo> apply(
      String kind, String text, boolean dryRun, OptionalLong expectedVersion, String by) {
    FutureReply<TreeInfo> reply = new FutureReply<>();
    scheduler.submit(new ApplyTree(kind, text, dryRun, expectedVersion, by, reply));
    return reply;
  }

  @Override
  public CompletionStage<List<TreeVersion>> history(String kind) {
    return copy.read(
        state -> {
          List<TreeVersion> versions = new ArrayList<>(state.tree(kind).versions());
          Collections.reverse(versions);
          return versions;
        });
  }

  @Override
  public CompletionStage<TreeInfo> revert(String kind, long version, String by) {
    FutureReply<TreeInfo> reply = new FutureReply<>();
    scheduler.submit(new RevertTree(kind, version, by, reply));
    return reply;
  }

  @Override
  public CompletionStage<TreePreview> preview(String kind, String text, Duration length) {
    return forecaster.preview(kind, text, length);
  }

  @Override
  public CompletionStage<TreeStats> stats(String kind, Duration window, int flows) {
    return copy.treeStats(kind, window, flows, clock.wallMillis());
  }

  @Override
  public CompletionStage<List<String>> diff(String kind, String text) {
    return copy.read(
        state ->
            TreeDiff.of(
                state.tree(kind).present().text(),
                TreeCheck.require(state, disciplines, kind, text).text()));
  }
}
