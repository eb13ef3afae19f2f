/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.queue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A queue as it stood at some committed moment.
 *
 * @param kind kind of its jobs; empty until the first job or CREATE says it
 * @param pause empty if it is not paused
 * @param draining takes no new jobs, finishes those it has
 * @param pools the pools that serve it at present, as {@code kind@node}
 */
public record QueueInfo(
    String name,
    String kind,
    QueueSettings settings,
    Optional<Pause> pause,
    boolean draining,
    Instant createdAt,
    QueueCounts counts,
    List<String> pools) {}
