/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.queue;

import java.time.Instant;
import java.util.Optional;

/**
 * Why a queue starts nothing.
 *
 * @param by who paused it
 * @param why in their words, may be empty
 * @param since when
 * @param until when it resumes by itself; empty: never
 */
public record Pause(String by, String why, Instant since, Optional<Instant> until) {}
