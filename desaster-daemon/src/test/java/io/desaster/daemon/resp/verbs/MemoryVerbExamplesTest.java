/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.core.audit.Audit;

class MemoryVerbExamplesTest extends VerbExamples {
  @Override
  Desaster fresh(boolean pools) {
    return new MemoryDesaster();
  }

  @Override
  Audit audit(Desaster desaster) {
    return (MemoryDesaster) desaster;
  }
}
