/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.node;

import io.desaster.api.job.JobFilter;

/** Filters as text, the way {@link JobFilter#parse} reads them. */
final class Filters {
  private Filters() {}

  static String text(JobFilter filter) {
    StringBuilder text = new StringBuilder();
    for (JobFilter.Term term : filter.terms()) {
      if (!text.isEmpty()) {
        text.append(' ');
      }
      text.append(term.field()).append(term.operator().sign());
      String separator = "";
      for (String value : term.values()) {
        boolean plain = value.indexOf(' ') < 0 && value.indexOf(',') < 0;
        text.append(separator).append(plain ? value : '"' + value + '"');
        separator = ",";
      }
    }
    return text.toString();
  }
}
