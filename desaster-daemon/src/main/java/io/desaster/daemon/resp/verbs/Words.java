/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.job.Durations;
import io.desaster.api.job.JobId;
import io.desaster.api.wire.Times;
import io.desaster.api.wire.WireIds;
import io.desaster.daemon.resp.Call;
import io.desaster.daemon.resp.wire.Args;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads a command's words one after the other. Errors are IllegalArgumentException. */
final class Words {
  private final Call call;
  private final Args args;
  private final String usage;
  private int at = 2;

  /** Begins after verb and subcommand. */
  Words(Call call) {
    this.call = call;
    this.args = call.args();
    this.usage = call.usage();
  }

  boolean more() {
    return at < args.count();
  }

  /** Passes over the keyword if it comes next. */
  boolean accept(String keyword) {
    if (more() && args.is(at, keyword)) {
      at++;
      return true;
    }
    return false;
  }

  /** Whether one of the keywords comes next. */
  boolean nextIs(List<String> keywords) {
    return more() && keywords.stream().anyMatch(keyword -> args.is(at, keyword));
  }

  String text(String what) {
    require(what);
    return args.text(at++);
  }

  byte[] bytes(String what) {
    require(what);
    return args.bytes(at++);
  }

  JobId id() {
    byte[] typed = bytes("id");
    JobId id = WireIds.read(typed);
    call.named(id, typed);
    return id;
  }

  Duration duration(String what) {
    return Durations.parse(text(what));
  }

  Instant time(String what) {
    return Times.parse(text(what));
  }

  /** A time, or how long before {@code now} it was. */
  Instant timeOrAgo(String what, Instant now) {
    return Times.parseOrAgo(text(what), now);
  }

  /** A whole number in the given range. */
  long number(String what, long min, long max) {
    String text = text(what);
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through: the message is the same.
    }
    throw new IllegalArgumentException(
        what + " must be a whole number from " + min + " to " + max + ", not '" + text + "'");
  }

  int count(String what, int min, int max) {
    return (int) number(what, min, max);
  }

  /** Words with commas between; empty ones are left out. */
  List<String> list(String what) {
    List<String> list = new ArrayList<>();
    for (String word : text(what).split(",")) {
      if (!word.isBlank()) {
        list.add(word.strip());
      }
    }
    return list;
  }

  /** To be thrown: the next word has no place here. */
  IllegalArgumentException unexpected() {
    return new IllegalArgumentException(
        "'" + args.printable(at) + "' is not understood there; the form is: " + usage);
  }

  /** Demands that nothing is left. */
  void end() {
    if (more()) {
      throw unexpected();
    }
  }

  private void require(String what) {
    if (!more()) {
      throw new IllegalArgumentException(what + " is missing; the form is: " + usage);
    }
  }
}
