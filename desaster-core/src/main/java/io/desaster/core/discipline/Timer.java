/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

/** Something in a tree that changes by itself at a known time. */
abstract class Timer extends KeyHeap.Item {
  abstract void fire();
}
