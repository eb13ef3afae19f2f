/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.spi;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What a discipline remembers besides its waiting jobs: small, one account for each class, living
 * flow and running job. A discipline made anew from the same parameters, jobs and usage has the
 * same future. What the parts of an account mean is the discipline's own affair.
 *
 * @param accounts in an order that means something
 */
public record Usage(List<Account> accounts) {
  public static final Usage NONE = new Usage(List.of());

  public Usage {
    accounts = List.copyOf(accounts);
  }

  /**
   * One account.
   *
   * @param what kind of account, for example {@code class}, {@code flow} or {@code running}
   * @param name of the class or flow, empty if it has none
   * @param number a job's order, a round or another whole number
   * @param atNanos a point in time, or 0
   * @param values tokens, deficits, tags; not to be changed
   */
  public record Account(String what, String name, long number, long atNanos, double... values) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Account account
          && what.equals(account.what)
          && name.equals(account.name)
          && number == account.number
          && atNanos == account.atNanos
          && Arrays.equals(values, account.values);
    }

    @Override
    public int hashCode() {
      return Objects.hash(what, name, number, atNanos, Arrays.hashCode(values));
    }

    @Override
    public String toString() {
      return what + " " + name + " " + number + " " + atNanos + " " + Arrays.toString(values);
    }
  }
}
