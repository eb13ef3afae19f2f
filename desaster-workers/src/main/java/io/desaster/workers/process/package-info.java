/**
 * Processes that outlive this one. A small launcher per node starts, watches and ends them and
 * keeps their records in the run directory; {@code ProcessAttempts} is the daemon's side of it.
 */
package io.desaster.workers.process;
