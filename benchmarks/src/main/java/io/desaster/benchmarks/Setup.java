/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.benchmarks;

import java.nio.file.Path;

/**
 * Where and with what to measure.
 *
 * @param work directory on the disk to be measured
 * @param program desaster's start script
 * @param scripts directory of the scripts that drive peers
 * @param rounds how often everything is repeated, in turns
 */
record Setup(Path work, Path program, Path scripts, int rounds) {}
