/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Trees;
import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreePreview;
import io.desaster.api.tree.TreeStats;
import io.desaster.api.tree.TreeVersion;
import io.desaster.core.discipline.TreeConfig;
import io.desaster.core.discipline.TreeDiff;
import io.desaster.core.discipline.TreeViews;
import io.desaster.core.fairness.TreeStatistics;
import io.desaster.core.state.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * The trees of a {@link MemoryDesaster}; they are kept and shown, but nothing is served by them.
 */
final class MemoryTrees implements Trees {
  private final MemoryDesaster desaster;
  private final State state = new State();

  MemoryTrees(MemoryDesaster desaster) {
    this.desaster = desaster;
  }

  @Override
  public CompletionStage<TreeInfo> show(String kind) {
    return desaster.on(() -> TreeViews.of(state, kind));
  }

  @Override
  public CompletionStage<TreeInfo> apply(
      String kind, String text, boolean dryRun, OptionalLong expectedVersion, String by) {
    return desaster.on(
        () -> {
          TreeVersion next = next(kind, canonical(text), by);
          if (expectedVersion.orElse(next.version() - 1) != next.version() - 1) {
            throw new DesasterException(
                ErrorCode.STATE, "the tree is at version " + (next.version() - 1));
          }
          if (!dryRun) {
            state.setTree(kind, next);
          }
          return TreeViews.of(state, kind, next);
        });
  }

  private TreeVersion next(String kind, String text, String by) {
    return new TreeVersion(state.tree(kind).present().version() + 1, by, Instant.now(), text);
  }

  private static String canonical(String text) {
    try {
      return TreeConfig.read(text, 0).text();
    } catch (IllegalArgumentException wrong) {
      throw new DesasterException(ErrorCode.INVALID, wrong.getMessage());
    }
  }

  @Override
  public CompletionStage<List<TreeVersion>> history(String kind) {
    return desaster.on(
        () -> {
          List<TreeVersion> versions = new ArrayList<>(state.tree(kind).versions());
          Collections.reverse(versions);
          return versions;
        });
  }

  @Override
  public CompletionStage<TreeInfo> revert(String kind, long version, String by) {
    return desaster.on(
        () -> {
          TreeVersion earlier =
              state
                  .tree(kind)
                  .find(version)
                  .orElseThrow(
                      () ->
                          new DesasterException(
                              ErrorCode.NOTFOUND, "there is no version " + version));
          state.setTree(kind, next(kind, earlier.text(), by));
          return TreeViews.of(state, kind);
        });
  }

  /** Nothing ever starts here. */
  @Override
  public CompletionStage<TreePreview> preview(String kind, String text, Duration length) {
    return desaster.on(
        () -> {
          canonical(text);
          Map<String, Long> waiting =
              desaster.jobs.values().stream()
                  .collect(Collectors.groupingBy(job -> job.spec().queue(), Collectors.counting()));
          return new TreePreview(
              kind,
              length,
              "",
              waiting.entrySet().stream()
                  .map(one -> new TreePreview.OfQueue(one.getKey(), course(one), course(one)))
                  .toList());
        });
  }

  /** Nothing ever starts here, so nothing is used. */
  @Override
  public CompletionStage<TreeStats> stats(String kind, Duration window, int flows) {
    return desaster.on(
        () -> {
          try {
            TreeStatistics.require(window, flows);
          } catch (IllegalArgumentException wrong) {
            throw new DesasterException(ErrorCode.INVALID, wrong.getMessage());
          }
          List<TreeInfo.ClassInfo> classes = new ArrayList<>(TreeViews.of(state, kind).classes());
          desaster.jobs.values().stream()
              .map(job -> job.spec().queue())
              .distinct()
              .filter(queue -> classes.stream().noneMatch(one -> one.name().equals(queue)))
              .forEach(
                  queue ->
                      classes.add(new TreeInfo.ClassInfo(queue, 1, true, "fifo", "", "", 0, 0)));
          return new TreeStats(
              kind, 0, "", window, classes.stream().map(MemoryTrees::unused).toList());
        });
  }

  private static TreeStats.ClassStats unused(TreeInfo.ClassInfo info) {
    return new TreeStats.ClassStats(
        info,
        new TreeStats.Share(TreeStats.Share.COST, 0, 0, 0, 1, 1, 0),
        Optional.empty(),
        new TreeStats.Waits(0, -1, -1, -1, 0),
        new TreeStats.Totals(0, 0, 0, 0, Double.NaN),
        List.of());
  }

  private static TreePreview.Course course(Map.Entry<String, Long> waiting) {
    return new TreePreview.Course(0, waiting.getValue(), 0, -1, -1);
  }

  @Override
  public CompletionStage<List<String>> diff(String kind, String text) {
    return desaster.on(() -> TreeDiff.of(state.tree(kind).present().text(), canonical(text)));
  }
}
