/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

import java.time.Instant;
import java.util.Optional;

/**
 * One run of a job.
 *
 * @param number from 1
 * @param node name of the node that runs or ran it
 * @param pool the pool on that node, for example {@code shell}; for remote work the worker's name
 * @param startedAt when the scheduler gave the order
 * @param endedAt when it ended; empty while it runs
 * @param outcome how it ended; empty while it runs
 * @param exitCode exit code of the process, or 128 + signal; -1 where there is no process
 * @param error one line that says why it failed; empty if it did not
 * @param use resources used
 */
public record Attempt(
    int number,
    String node,
    String pool,
    Instant startedAt,
    Optional<Instant> endedAt,
    Optional<Outcome> outcome,
    int exitCode,
    String error,
    ResourceUse use) {}
