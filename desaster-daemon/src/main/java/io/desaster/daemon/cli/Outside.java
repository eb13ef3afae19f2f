/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.daemon.Surroundings;
import java.io.InputStream;
import java.util.function.Consumer;

/**
 * What the command line touches of the world.
 *
 * @param opener connects to daemons
 * @param starter starts them
 * @param interrupts is given what to do on Ctrl-C
 * @param in stdin
 */
record Outside(
    Opener opener,
    DaemonStarter starter,
    Consumer<Runnable> interrupts,
    Surroundings surroundings,
    Printer printer,
    InputStream in) {}
