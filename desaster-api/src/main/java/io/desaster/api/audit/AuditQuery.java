/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.audit;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Which entries of an audit log are wanted; of those that match, the newest.
 *
 * @param since not those before; empty: any
 * @param who user, name of the connection, or whom it was for; empty: any
 * @param verb a verb or the beginning of one, {@code QUEUE} or {@code QUEUE PAUSE}, upper or lower
 *     case; empty: any
 * @param after not those up to this number
 * @param limit how many at most, 1 to 10,000
 */
public record AuditQuery(Optional<Instant> since, String who, String verb, long after, int limit) {
  public static final int LIMIT_DEFAULT = 100;
  public static final int LIMIT_MAX = 10_000;

  /** The newest of all. */
  public static final AuditQuery NEWEST =
      new AuditQuery(Optional.empty(), "", "", 0, LIMIT_DEFAULT);

  public AuditQuery {
    verb = verb.strip().toUpperCase(Locale.ROOT);
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new IllegalArgumentException("the limit must be 1 to " + LIMIT_MAX + ", not " + limit);
    }
  }

  public AuditQuery withWho(String other) {
    return new AuditQuery(since, other, verb, after, limit);
  }

  public AuditQuery withVerb(String other) {
    return new AuditQuery(since, who, other, after, limit);
  }

  public AuditQuery withSince(Instant other) {
    return new AuditQuery(Optional.of(other), who, verb, after, limit);
  }

  /** Those that came after an entry that is known. */
  public AuditQuery withAfter(long number) {
    return new AuditQuery(since, who, verb, number, limit);
  }

  public AuditQuery withLimit(int other) {
    return new AuditQuery(since, who, verb, after, other);
  }

  /** Whether the entry is wanted, whatever the limit. */
  public boolean matches(AuditEntry entry) {
    return entry.number() > after
        && (since.isEmpty() || !entry.time().isBefore(since.get()))
        && (who.isEmpty()
            || who.equals(entry.who())
            || who.equals(entry.by())
            || who.equals(entry.name()))
        && (entry.verb().equals(verb) || verb.isEmpty() || entry.verb().startsWith(verb + ' '));
  }
}
