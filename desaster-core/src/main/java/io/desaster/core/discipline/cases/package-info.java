/* desaster, GPL-3.0-or-later, see LICENSE */
/**
 * Scenarios with expected results, run through the real disciplines in virtual time: what {@code
 * desaster simulate} does. The format is described in {@code docs/DISCIPLINES.md}.
 */
package io.desaster.core.discipline.cases;
