/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.Trees;
import io.desaster.api.job.Durations;
import io.desaster.api.tree.TreeInfo;
import io.desaster.api.tree.TreePreview;
import io.desaster.api.tree.TreeStats;
import io.desaster.api.tree.TreeVersion;
import io.desaster.api.wire.JsonReader;
import io.desaster.api.wire.TreeFields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** {@code tree}: how the queues of a kind share its slots. */
@Command(
    name = "tree",
    header = "Shows and changes how the queues of a kind share its slots",
    description =
        "Without a command it draws the tree: what its classes are entitled to, what they used, what"
            + " waits and runs, and how long jobs waited that started in the last minutes; shares"
            + " are slots held on average or, with /s, cost started a second. Below a queue with"
            + " flows stand those with most jobs waiting and with most used, after a ~. FILE is a whole tree as YAML or JSON (see"
            + " docs/DISCIPLINES.md), - is stdin; its leaves are queues, and all queues that it"
            + " does not name go below its class 'default'.")
final class TreeCommand implements Callable<Integer> {
  private static final int PERCENT = 100;
  private static final String FILE = "FILE";

  private final Session session;
  private final Pictures pictures;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      defaultValue = "shell",
      scope = ScopeType.INHERIT,
      description = "kind of the jobs [shell]")
  private String kind;

  @Option(
      names = "--window",
      paramLabel = "TIME",
      defaultValue = "1m",
      description = "time in which use is measured, 1s to 10m [1m]")
  private String window;

  @Option(
      names = "--flows",
      paramLabel = "NUMBER",
      defaultValue = "5",
      description = "flows of a queue, at most [5]")
  private int flows;

  @Option(names = "--watch", description = "draws it again and again")
  private boolean watch;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "NUMBER",
      description = "with --watch: ends after so many pictures")
  private int count = Integer.MAX_VALUE;

  @Option(
      names = {"-i", "--interval"},
      paramLabel = "SECONDS",
      description = "with --watch: from one picture to the next [1]")
  private double interval = 1;

  TreeCommand(Session session) {
    this.session = session;
    pictures = new Pictures(session);
  }

  private Trees trees() {
    return session.desaster().trees();
  }

  @Override
  public Integer call() throws InterruptedException {
    return pictures.repeat("tree", watch ? count : 1, interval, this::drawShares);
  }

  private void drawShares(boolean first) {
    TreeStats stats = session.get(trees().stats(kind, Durations.parse(window), flows));
    if (session.json()) {
      session.printer().json(TreeFields.of(stats));
      return;
    }
    TreeInfo tree = session.get(trees().show(kind));
    List<String> lines = new ArrayList<>();
    lines.add(
        heading(tree)
            + "; used in the last "
            + String.format(Locale.ROOT, "%.1f", stats.window().toMillis() / 1000.0)
            + " s");
    if (!stats.note().isEmpty()) {
      lines.add(stats.note());
    }
    lines.addAll(SharesDrawing.of(stats).lines(pictures.width()));
    lines.add(SharesDrawing.LEGEND);
    if (watch) {
      pictures.draw(lines, first);
    } else {
      lines.forEach(session.printer()::line);
    }
  }

  @Command(
      name = "show",
      header = "Draws the tree as it is configured, with what waits and runs in its classes")
  int show() {
    return print(session.get(trees().show(kind)));
  }

  @Command(
      name = "apply",
      header = "Makes the file the tree, as a whole, full and while jobs run",
      description = "Nothing is changed if anything is wrong with it. No job loses its place.")
  int apply(
      @Parameters(paramLabel = FILE) String file,
      @Option(names = "--dry-run", description = "only checks it") boolean dryRun,
      @Option(
              names = "--expect",
              paramLabel = "VERSION",
              description = "refuse if another version is in force")
          Long expected) {
    OptionalLong version =
        expected == null ? OptionalLong.empty() : OptionalLong.of(expected.longValue());
    String tree = TreeFile.read(file, session);
    return print(session.get(trees().apply(kind, tree, dryRun, version, session.user())));
  }

  @Command(name = "export", header = "Writes the tree as a file that apply takes")
  int export() {
    TreeInfo tree = session.get(trees().show(kind));
    if (session.json()) {
      session.printer().json(JsonReader.read(tree.version().text()));
    } else {
      session.printer().out().print(TreeFile.yaml(tree.version().text()));
      session.printer().out().flush();
    }
    return ExitCode.OK;
  }

  @Command(name = "diff", header = "Tells what apply would change")
  int diff(@Parameters(paramLabel = FILE) String file) {
    List<String> changes = session.get(trees().diff(kind, TreeFile.read(file, session)));
    if (session.json()) {
      session.printer().json(changes);
    } else {
      changes.forEach(session.printer()::line);
    }
    return ExitCode.OK;
  }

  @Command(
      name = "preview",
      header = "Tells what would become of the jobs if the file were the tree",
      description =
          "Replays what waits now, with run times and arrivals as they were of late, with the"
              + " present tree and with the file's. Nothing is changed.")
  int preview(
      @Parameters(paramLabel = FILE) String file,
      @Option(
              names = "--for",
              paramLabel = "TIME",
              defaultValue = "10m",
              description = "how far to look ahead [10m]")
          String length) {
    TreePreview preview =
        session.get(trees().preview(kind, TreeFile.read(file, session), Durations.parse(length)));
    if (session.json()) {
      session.printer().json(TreeFields.of(preview));
      return ExitCode.OK;
    }
    if (!preview.note().isEmpty()) {
      session.printer().line(preview.note());
    }
    session.printer().table(previewTable(preview));
    return ExitCode.OK;
  }

  private static Table previewTable(TreePreview preview) {
    Table table = new Table("QUEUE", "TREE", "STARTED", "WAITING", "SHARE", "WAIT P50", "P90");
    for (TreePreview.OfQueue one : preview.classes()) {
      row(table, one.queue(), "present", one.before());
      row(table, "", "file", one.after());
    }
    return table;
  }

  private static void row(Table table, String queue, String tree, TreePreview.Course course) {
    boolean starts = course.waitP50Millis() >= 0;
    table.row(
        queue,
        tree,
        String.format(Locale.ROOT, "%.0f", course.started()),
        String.format(Locale.ROOT, "%.0f", course.waiting()),
        String.format(Locale.ROOT, "%.0f %%", course.share() * PERCENT),
        starts ? waited(course.waitP50Millis()) : "-",
        starts ? waited(course.waitP90Millis()) : "-");
  }

  private static String waited(long millis) {
    return millis == 0 ? "0s" : Texts.age(millis);
  }

  @Command(name = "history", header = "Lists the versions of the tree, the newest first")
  int history() {
    List<TreeVersion> versions = session.get(trees().history(kind));
    if (session.json()) {
      session.printer().json(versions.stream().map(TreeFields::of).toList());
      return ExitCode.OK;
    }
    Table table = new Table("VERSION", "AGE", "BY", "TREE");
    versions.forEach(one -> table.row(one.version(), age(one), one.by(), one.text()));
    session.printer().table(table);
    return ExitCode.OK;
  }

  @Command(
      name = "revert",
      header = "Makes an earlier version the tree again, as a new version",
      description = "Version 0 takes the configuration away.")
  int revert(@Parameters(paramLabel = "VERSION") long version) {
    return print(session.get(trees().revert(kind, version, session.user())));
  }

  private static String age(TreeVersion version) {
    return Texts.age(Instant.now().toEpochMilli() - version.at().toEpochMilli());
  }

  private int print(TreeInfo tree) {
    if (session.json()) {
      session.printer().json(TreeFields.of(tree));
      return ExitCode.OK;
    }
    session.printer().line(heading(tree));
    if (!tree.note().isEmpty()) {
      session.printer().line(tree.note());
    }
    session.printer().table(TreeDrawing.of(tree));
    return ExitCode.OK;
  }

  private static String heading(TreeInfo tree) {
    TreeVersion version = tree.version();
    String made =
        version.version() == 0
            ? "no configuration"
            : "version "
                + version.version()
                + " by "
                + Texts.oneLine(version.by())
                + ", "
                + age(version)
                + " old";
    return tree.kind() + ": " + made + ", " + Texts.plural(tree.slots(), "slot");
  }
}
