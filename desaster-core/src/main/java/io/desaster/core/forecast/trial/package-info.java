/** Judges predictions: whole lives of a node in virtual time, and what was predicted in them. */
package io.desaster.core.forecast.trial;
