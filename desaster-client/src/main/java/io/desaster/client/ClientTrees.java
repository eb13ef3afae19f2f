/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.Trees;
import io.desaster.api.job.Durations;
import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreePreview;
import io.desaster.api.tree.TreeStats;
import io.desaster.api.tree.TreeVersion;
import io.desaster.api.wire.TreeFields;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** TREE. */
final class ClientTrees implements Trees {
  private final Asking asking;

  ClientTrees(Asking asking) {
    this.asking = asking;
  }

  @Override
  public CompletionStage<TreeInfo> show(String kind) {
    return asking.read(CommandWriter.of("TREE", "SHOW", kind), TreeFields::readTree);
  }

  @Override
  public CompletionStage<TreeInfo> apply(
      String kind, String text, boolean dryRun, OptionalLong expectedVersion, String by) {
    CommandWriter command = CommandWriter.of("TREE", "APPLY", kind).add(text);
    expectedVersion.ifPresent(version -> command.add("VERSION").add(version));
    if (dryRun) {
      command.add("DRYRUN");
    }
    command.addIfAny("BY", by);
    // Said twice the tree is the same; but then the version is not the expected one any more.
    return expectedVersion.isPresent()
        ? asking.once(command, TreeFields::readTree)
        : asking.repeatable(command, TreeFields::readTree);
  }

  @Override
  public CompletionStage<List<TreeVersion>> history(String kind) {
    return asking.read(
        CommandWriter.of("TREE", "HISTORY", kind),
        reply -> Replies.each(reply, TreeFields::readVersion));
  }

  @Override
  public CompletionStage<TreeInfo> revert(String kind, long version, String by) {
    return asking.repeatable(
        CommandWriter.of("TREE", "REVERT", kind).add(version).addIfAny("BY", by),
        TreeFields::readTree);
  }

  @Override
  public CompletionStage<TreePreview> preview(String kind, String text, Duration length) {
    return asking.read(
        CommandWriter.of("TREE", "PREVIEW", kind)
            .add(text)
            .add("FOR")
            .add(Durations.format(length)),
        TreeFields::readPreview);
  }

  @Override
  public CompletionStage<TreeStats> stats(String kind, Duration window, int flows) {
    return asking.read(
        CommandWriter.of("TREE", "STATS", kind)
            .add("WINDOW")
            .add(Durations.format(window))
            .add("FLOWS")
            .add(flows),
        TreeFields::readStats);
  }

  @Override
  public CompletionStage<List<String>> diff(String kind, String text) {
    return asking.read(CommandWriter.of("TREE", "DIFF", kind).add(text), Replies::texts);
  }
}
