/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.audit;

import io.desaster.api.audit.AuditEntry;

/** Where changes are written down. Used by any thread; never blocks and never fails. */
public interface Audit {
  /** Keeps nothing. */
  Audit NONE =
      new Audit() {
        @Override
        public boolean keeps(AuditLevel level) {
          return false;
        }

        @Override
        public void add(AuditEntry entry) {}
      };

  /** Whether changes of this level are kept; nothing is of level OFF. */
  boolean keeps(AuditLevel level);

  /** Keeps an entry; its number and node are set here. */
  void add(AuditEntry entry);
}
