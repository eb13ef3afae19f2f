/** Jobs of kind {@code shell}: commands run as processes. */
package io.desaster.workers.shell;
