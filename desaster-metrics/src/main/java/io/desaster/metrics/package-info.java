/* desaster, GPL-3.0-or-later, see LICENSE */
/** Meters of Micrometer for any Desaster, embedded or at the other end of a connection. */
package io.desaster.metrics;
