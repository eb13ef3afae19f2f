/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.audit.AuditEntry;
import io.desaster.api.audit.AuditQuery;
import io.desaster.api.error.DesasterException;
import io.desaster.api.wire.AuditFields;
import io.desaster.api.wire.Times;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code audit}: who changed what. */
@Command(
    name = "audit",
    header = "Shows who changed what, and from where",
    description = {
      "Tells of changes by people and programs: queues paused, jobs cancelled, trees applied, wrong"
          + " keys and so on; of submits only if the daemon was started with --audit=all. The newest stand"
          + " last."
    })
final class AuditCommand implements Callable<Integer> {
  private static final long STEP_MILLIS = 500;

  private final Session session;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "not older: a time, or how long ago, 90s or 2h")
  private String since;

  @Option(
      names = "--who",
      paramLabel = "NAME",
      description = "by this user, from a connection of this name, or on behalf of this person")
  private String who;

  @Option(
      names = "--verb",
      paramLabel = "VERB",
      description = "this verb of the protocol, or a beginning: 'queue', 'queue pause'")
  private String verb;

  @Option(
      names = "--limit",
      paramLabel = "NUMBER",
      description = "so many at most, the newest [100]")
  private Integer limit;

  @Option(
      names = {"-f", "--follow"},
      description = "goes on with what is added")
  private boolean follow;

  AuditCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<AuditEntry> entries = list(query());
    print(entries);
    if (follow) {
      follow(entries);
    }
    return ExitCode.OK;
  }

  private AuditQuery query() {
    AuditQuery query = AuditQuery.NEWEST;
    query = since == null ? query : query.withSince(Times.parseOrAgo(since, Instant.now()));
    query = who == null ? query : query.withWho(who);
    query = verb == null ? query : query.withVerb(verb);
    return limit == null ? query : query.withLimit(limit);
  }

  private List<AuditEntry> list(AuditQuery query) {
    return session.get(session.desaster().audit(query));
  }

  private void follow(List<AuditEntry> before) {
    long last = before.isEmpty() ? newest() : before.get(before.size() - 1).number();
    Outage outage = new Outage(session, "the audit log");
    while (!Thread.currentThread().isInterrupted()) {
      session.printer().out().flush();
      try {
        List<AuditEntry> more = list(query().withAfter(last).withLimit(AuditQuery.LIMIT_MAX));
        outage.over();
        print(more);
        last = more.isEmpty() ? last : more.get(more.size() - 1).number();
        Thread.sleep(STEP_MILLIS);
      } catch (DesasterException | CliException e) {
        outage.endure(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private long newest() {
    List<AuditEntry> any = list(AuditQuery.NEWEST.withLimit(1));
    return any.isEmpty() ? 0 : any.get(0).number();
  }

  private void print(List<AuditEntry> entries) {
    for (AuditEntry entry : entries) {
      if (session.json()) {
        session.printer().json(AuditFields.of(entry));
      } else {
        session.printer().line(line(entry));
      }
    }
  }

  /** For example {@code 2026-11-24T20:00:00.000Z ada from 127.0.0.1:4711: QUEUE PAUSE mail}. */
  private static String line(AuditEntry entry) {
    StringBuilder line = new StringBuilder(Times.write(entry.time()));
    line.append(' ').append(entry.who());
    if (!entry.by().isEmpty() && !entry.by().equals(entry.who())) {
      line.append(" for ").append(entry.by());
    }
    if (!entry.name().isEmpty()) {
      line.append(" (").append(entry.name()).append(')');
    }
    line.append(" from ").append(entry.from()).append(": ").append(entry.verb());
    line.append(' ').append(entry.target());
    entry.arguments().forEach(word -> line.append(' ').append(word));
    if (!entry.outcome().equals(AuditEntry.OK)) {
      line.append(": ").append(entry.outcome()).append(' ').append(entry.message());
    }
    return Texts.oneLine(line.toString());
  }
}
