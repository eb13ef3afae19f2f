/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A condition on jobs: terms that must all hold. Written {@code state=failed queue=mail,news
 * age>1h}: field, operator, value; several values with commas are alternatives; a value with spaces
 * or commas stands in double quotes. Fields and operators:
 *
 * <ul>
 *   <li>{@code state queue kind flow tag label node key limit id}: {@code =} and {@code !=}; {@code
 *       *} at the end of a value matches any rest
 *   <li>{@code priority attempts age runtime}: also {@code < <= > >=}; ages are durations such as
 *       {@code 90s}, {@code 15m}, {@code 2h}, {@code 7d}
 *   <li>{@code error text}: {@code ~} (contains) in the reason of failure, in the payload
 * </ul>
 */
public record JobFilter(List<Term> terms) {
  public static final JobFilter ALL = new JobFilter(List.of());

  private static final Set<String> WORDS =
      Set.of("state", "queue", "kind", "flow", "tag", "label", "node", "key", "limit", "id");
  private static final Set<String> NUMBERS = Set.of("priority", "attempts");
  private static final Set<String> DURATIONS = Set.of("age", "runtime");
  private static final Set<String> TEXTS = Set.of("error", "text");

  /** Operators, longest first so that parsing finds {@code <=} before {@code <}. */
  public enum Operator {
    NOT_EQUAL("!="),
    AT_MOST("<="),
    AT_LEAST(">="),
    EQUAL("="),
    LESS("<"),
    MORE(">"),
    CONTAINS("~");

    private final String sign;

    Operator(String sign) {
      this.sign = sign;
    }

    public String sign() {
      return sign;
    }
  }

  /**
   * One condition.
   *
   * @param values alternatives, at least one
   * @param number the value as a number (milliseconds for durations), 0 for words
   */
  public record Term(String field, Operator operator, List<String> values, long number) {
    public Term {
      values = List.copyOf(values);
    }
  }

  public JobFilter {
    terms = List.copyOf(terms);
  }

  /**
   * Reads a filter as written above; an empty text matches all.
   *
   * @throws IllegalArgumentException with the term that is wrong and what is possible
   */
  public static JobFilter parse(String text) {
    List<Term> terms = new ArrayList<>();
    for (String token : tokens(text)) {
      terms.add(term(token));
    }
    return terms.isEmpty() ? ALL : new JobFilter(terms);
  }

  /** The filter as it is written; {@link #parse} makes the same filter of it. */
  public String text() {
    return terms.stream().map(JobFilter::text).collect(Collectors.joining(" "));
  }

  private static String text(Term term) {
    return term.values().stream()
        .map(JobFilter::quoted)
        .collect(Collectors.joining(",", term.field() + term.operator().sign(), ""));
  }

  private static String quoted(String value) {
    return value.indexOf(' ') < 0 && value.indexOf(',') < 0 ? value : '"' + value + '"';
  }

  private static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    StringBuilder token = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      }
      if (c == ' ' && !quoted) {
        if (!token.isEmpty()) {
          tokens.add(token.toString());
          token.setLength(0);
        }
      } else {
        token.append(c);
      }
    }
    if (quoted) {
      throw new IllegalArgumentException("filter: a quote is not closed in: " + text);
    }
    if (!token.isEmpty()) {
      tokens.add(token.toString());
    }
    return tokens;
  }

  private static Term term(String token) {
    int end = 0;
    while (end < token.length() && Character.isLetter(token.charAt(end))) {
      end++;
    }
    String field = token.substring(0, end).toLowerCase(Locale.ROOT);
    String rest = token.substring(end);
    for (Operator operator : Operator.values()) {
      if (rest.startsWith(operator.sign)) {
        return term(token, field, operator, rest.substring(operator.sign.length()));
      }
    }
    throw new IllegalArgumentException(
        "filter: '" + token + "' is not of the form field=value, for example state=failed");
  }

  private static Term term(String token, String field, Operator operator, String value) {
    List<String> values = values(value);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("filter: '" + token + "' has no value");
    }
    boolean equality = operator == Operator.EQUAL || operator == Operator.NOT_EQUAL;
    if (WORDS.contains(field) && equality) {
      if (field.equals("state")) {
        values = values.stream().map(v -> state(token, v)).toList();
      }
      return new Term(field, operator, values, 0);
    }
    if (TEXTS.contains(field) && operator == Operator.CONTAINS) {
      return new Term(field, operator, values, 0);
    }
    if (NUMBERS.contains(field) && operator != Operator.CONTAINS) {
      return new Term(field, operator, values, number(token, values));
    }
    if (DURATIONS.contains(field) && operator != Operator.CONTAINS) {
      return new Term(field, operator, values, Durations.parse(values.get(0)).toMillis());
    }
    throw new IllegalArgumentException(
        "filter: '"
            + token
            + "' is not possible; fields: "
            + "state queue kind flow tag label node key limit id (= !=), "
            + "priority attempts age runtime (= != < <= > >=), error text (~)");
  }

  private static long number(String token, List<String> values) {
    try {
      return Long.parseLong(values.get(0));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("filter: '" + token + "' needs a whole number", e);
    }
  }

  private static String state(String token, String value) {
    try {
      return JobState.valueOf(value.toUpperCase(Locale.ROOT)).name();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "filter: '"
              + token
              + "' names no state; states: blocked scheduled queued running retrying succeeded"
              + " failed cancelled",
          e);
    }
  }

  private static List<String> values(String text) {
    List<String> values = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        values.add(value.toString());
        value.setLength(0);
      } else {
        value.append(c);
      }
    }
    values.add(value.toString());
    values.removeIf(String::isEmpty);
    return values;
  }
}
