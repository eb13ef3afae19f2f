/** Jobs of kind {@code java}: handlers of an embedding application, run on a pool of threads. */
package io.desaster.workers.javahandler;
