/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.scheduler;

/** The same with all finished jobs archived at once: nobody must see a difference. */
class ArchivedDependenciesTest extends DependenciesTest {
  ArchivedDependenciesTest() {
    rig.archiving();
  }
}
