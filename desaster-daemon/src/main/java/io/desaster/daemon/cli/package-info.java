/** The verbs of the command line: a client of the daemon, written against {@code Desaster}. */
package io.desaster.daemon.cli;
