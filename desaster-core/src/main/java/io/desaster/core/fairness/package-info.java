/* desaster, GPL-3.0-or-later, see LICENSE */
/**
 * What queues, classes and flows are entitled to, what they use, and how long their jobs wait.
 * Measured on the committed copy's thread, a few additions for each start and end of an attempt.
 */
package io.desaster.core.fairness;
