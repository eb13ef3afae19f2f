/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.node;

import java.time.Duration;
import java.time.Instant;

/**
 * How a series went.
 *
 * @param name the node or pool
 * @param from where the span of the first value begins; a multiple of the step since 1970
 * @param step span of each value; the next begins where one ends
 * @param values averages over their spans, in the unit of the series; NaN where nothing is known
 */
public record Stats(String name, Series series, Instant from, Duration step, double[] values) {}
