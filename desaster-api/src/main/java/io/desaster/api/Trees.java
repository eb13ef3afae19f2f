/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api;

import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreePreview;
import io.desaster.api.tree.TreeStats;
import io.desaster.api.tree.TreeVersion;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * The trees of classes by which the queues of a kind share its slots. A tree is a JSON text in the
 * notation of docs/DISCIPLINES.md and is changed as a whole, full and while jobs run.
 */
public interface Trees {

  /** The tree of a kind as it is now; version 0 is the one without any configuration. */
  CompletionStage<TreeInfo> show(String kind);

  /**
   * Makes the text the tree of the kind. INVALID if anything is wrong with it; then nothing is
   * changed. A text that says the same as the present one makes no new version.
   *
   * @param dryRun whether it is only checked; the answer is the tree as it would be
   * @param expectedVersion STATE if the present version is another one
   */
  CompletionStage<TreeInfo> apply(
      String kind, String text, boolean dryRun, OptionalLong expectedVersion, String by);

  /** The present version and those before it that are still known, newest first. */
  CompletionStage<List<TreeVersion>> history(String kind);

  /**
   * Makes an earlier version the tree again, as a new version; 0 takes the configuration away.
   * NOTFOUND if the version is not known (any more).
   */
  CompletionStage<TreeInfo> revert(String kind, long version, String by);

  /**
   * What would become of the jobs of the kind with this tree, beside what will probably become of
   * them with the present one; changes nothing. INVALID as for apply, or if the length is none.
   *
   * @param length how far to look ahead, up to 24 h
   */
  CompletionStage<TreePreview> preview(String kind, String text, Duration length);

  /**
   * What the classes of the kind's tree are entitled to and use, and how long their jobs wait.
   *
   * @param window in which use is measured: whole seconds, up to ten minutes; else INVALID
   * @param flows told of each queue at most, up to 1,000; else INVALID
   */
  CompletionStage<TreeStats> stats(String kind, Duration window, int flows);

  /** What applying the text would change, in words; empty if nothing. INVALID as for apply. */
  CompletionStage<List<String>> diff(String kind, String text);
}
