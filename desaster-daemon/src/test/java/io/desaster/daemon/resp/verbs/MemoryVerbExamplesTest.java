/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;

class MemoryVerbExamplesTest extends VerbExamples {
  @Override
  Desaster fresh(boolean pools) {
    return new MemoryDesaster();
  }
}
