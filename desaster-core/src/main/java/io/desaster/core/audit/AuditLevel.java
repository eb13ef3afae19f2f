/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.audit;

/** How much is audited; each level includes those before it. */
public enum AuditLevel {
  /** Nothing. */
  OFF,
  /** What changes how jobs are treated: rare, and asked for by people. */
  CHANGES,
  /** Submits and the reports of remote workers as well: some for each job. */
  ALL
}
