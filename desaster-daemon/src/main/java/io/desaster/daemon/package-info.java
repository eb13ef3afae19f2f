/** The daemon: reads its configuration, puts the parts together, starts and stops them in order. */
package io.desaster.daemon;
