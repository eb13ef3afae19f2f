/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.tree.TreeStats;
import io.desaster.api.tree.TreeStats.ClassStats;
import io.desaster.api.tree.TreeStats.FlowStats;
import io.desaster.api.tree.TreeStats.Share;
import io.desaster.api.tree.TreeStats.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws a tree of classes with bars: what each is entitled to, and what it uses. The columns that
 * matter most come first, for narrow terminals cut the rest off.
 */
final class SharesDrawing {
  static final String LEGEND = "█ used  ░ entitled to, not used  ▓ used beyond";
  private static final int BAR = 20;
  private static final int PERCENT = 100;
  private static final String NONE = "-";

  private final Table table =
      new Table(
          "CLASS",
          "OF ALL",
          "ENTITLED",
          "USED",
          "RATIO",
          "WAITING",
          "RUNNING",
          "P50",
          "P90",
          "P99",
          "OLDEST",
          "RATE",
          "CEIL",
          "TOKENS",
          "LENDS",
          "BORROWS",
          "OVER",
          "DISCIPLINE");

  private SharesDrawing() {}

  static Table of(TreeStats stats) {
    List<Integer> depths = new ArrayList<>();
    for (ClassStats one : stats.classes()) {
      depths.add(one.info().depth());
      one.flows().forEach(flow -> depths.add(one.info().depth() + 1));
    }
    Branches branches = new Branches(depths);
    SharesDrawing drawing = new SharesDrawing();
    int row = 0;
    for (ClassStats one : stats.classes()) {
      drawing.row(branches.of(row++) + one.info().name(), one);
      for (FlowStats flow : one.flows()) {
        drawing.row(branches.of(row++) + '~' + Texts.oneLine(flow.name()), one, flow);
      }
    }
    return drawing.table;
  }

  private void row(String name, ClassStats one) {
    TreeStats.Waits waits = one.waits();
    Tokens tokens = one.tokens().orElse(null);
    boolean htb = tokens != null && !Double.isNaN(tokens.ceilTokens());
    table.row(
        name,
        bar(one.share().usedPart(), one.share().entitledPart()),
        amount(one.share(), one.share().entitled()),
        amount(one.share(), one.share().used()),
        percent(one.share().ratio()),
        one.info().queued(),
        one.info().running(),
        waited(waits.p50Millis()),
        waited(waits.p90Millis()),
        waited(waits.p99Millis()),
        Texts.age(waits.oldestMillis()),
        or(one.info().rate()),
        or(one.info().ceil()),
        tokens == null ? NONE : number(tokens.tokens()),
        htb ? tokens.lends() : NONE,
        htb ? tokens.borrows() : NONE,
        tokens == null ? NONE : tokens.overlimits(),
        one.info().discipline());
  }

  private void row(String name, ClassStats queue, FlowStats flow) {
    Share share = flow.share();
    table.row(
        name,
        bar(
            share.usedPart() * queue.share().usedPart(),
            share.entitledPart() * queue.share().entitledPart()),
        amount(share, share.entitled()),
        amount(share, share.used()),
        percent(share.ratio()),
        flow.queued() < 0 ? NONE : flow.queued(),
        flow.running(),
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        "flow");
  }

  private static String bar(double used, double entitled) {
    int usedTo = cells(used);
    int entitledTo = cells(entitled);
    int both = Math.min(usedTo, entitledTo);
    return "█".repeat(both)
        + "░".repeat(entitledTo - both)
        + "▓".repeat(usedTo - both)
        + " ".repeat(BAR - Math.max(usedTo, entitledTo));
  }

  private static int cells(double part) {
    return (int) Math.round(Math.max(0, Math.min(1, part)) * BAR);
  }

  private static String amount(Share share, double amount) {
    return number(amount) + (share.unit().equals(Share.SLOTS) ? "" : "/s");
  }

  private static String number(double number) {
    return String.format(Locale.ROOT, "%.2f", number);
  }

  private static String percent(double ratio) {
    return Math.round(ratio * PERCENT) + "%";
  }

  private static String waited(long millis) {
    return millis < 0 ? NONE : millis == 0 ? "0ms" : Texts.age(millis);
  }

  private static String or(String text) {
    return text.isEmpty() ? NONE : text;
  }
}
