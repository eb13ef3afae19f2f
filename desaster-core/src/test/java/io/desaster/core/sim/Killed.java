/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.sim;

/** The process was killed here. Not an exception that anybody may handle. */
final class Killed extends Error {
  private static final long serialVersionUID = 1;

  Killed(String where) {
    super(where);
  }
}
