/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.command;

/** The same with all finished jobs archived at once: nobody must see a difference. */
class ArchivedSubmitJobTest extends SubmitJobTest {
  ArchivedSubmitJobTest() {
    rig.archiving();
  }
}
