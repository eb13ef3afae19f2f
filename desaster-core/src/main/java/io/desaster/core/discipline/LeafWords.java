/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.job.Durations;
import io.desaster.core.state.Moments;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Leaf disciplines from words, for example {@code sfq divisor=4096 perturb=10s}. */
final class LeafWords {
  private LeafWords() {}

  static DisciplineSpec.Fifo fifo(List<String> words) {
    new Words("fifo", words).end();
    return new DisciplineSpec.Fifo();
  }

  static DisciplineSpec.Edf edf(List<String> words) {
    new Words("edf", words).end();
    return new DisciplineSpec.Edf();
  }

  static DisciplineSpec.Sfq sfq(List<String> given) {
    Words words = new Words("sfq", given);
    DisciplineSpec.Sfq spec =
        new DisciplineSpec.Sfq(
            (int) words.number("divisor", DisciplineSpec.Sfq.DIVISOR),
            words.number("quantum", 1),
            words.nanos("perturb", 0),
            (int) words.number("flow-max-running", 0),
            (long) words.number("seed", 0));
    words.end();
    return spec;
  }

  /** Weights as {@code weight.FLOW=NUMBER}. */
  static DisciplineSpec.Wfq wfq(List<String> given) {
    Words words = new Words("wfq", given);
    String charge = words.take("charge", "cost");
    if (!charge.equals("cost") && !charge.equals("run")) {
      throw new IllegalArgumentException("wfq: charge must be cost or run, not '" + charge + "'");
    }
    DisciplineSpec.Wfq spec =
        new DisciplineSpec.Wfq(
            words.weights(),
            charge.equals("run"),
            words.nanos("est", DisciplineSpec.ESTIMATE_NANOS),
            (int) words.number("flow-max-running", 0));
    words.end();
    return spec;
  }

  /** The parameters not looked at yet. */
  private static final class Words {
    private static final String WEIGHT = "weight.";
    private final String discipline;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final StringBuilder possible = new StringBuilder();

    Words(String discipline, List<String> words) {
      this.discipline = discipline;
      for (String word : words) {
        int equals = word.indexOf('=');
        if (equals < 1) {
          throw new IllegalArgumentException(
              discipline + ": parameters look like name=value, not '" + word + "'");
        }
        values.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }

    String take(String name, String otherwise) {
      possible.append(' ').append(name);
      String value = values.remove(name);
      return value == null ? otherwise : value;
    }

    double number(String name, double otherwise) {
      return number(name, take(name, Double.toString(otherwise)));
    }

    private double number(String name, String value) {
      try {
        return Double.parseDouble(value);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            discipline + ": " + name + " needs a number, not '" + value + "'", e);
      }
    }

    long nanos(String name, long otherwise) {
      String value = take(name, null);
      return value == null ? otherwise : Moments.nanos(Durations.parse(value).toMillis());
    }

    Map<String, Double> weights() {
      Map<String, Double> weights = new LinkedHashMap<>();
      for (String name : List.copyOf(values.keySet())) {
        if (name.startsWith(WEIGHT)) {
          weights.put(name.substring(WEIGHT.length()), number(name, values.remove(name)));
        }
      }
      possible.append(" weight.FLOW");
      return weights;
    }

    void end() {
      if (!values.isEmpty()) {
        throw new IllegalArgumentException(
            discipline
                + " has no parameter '"
                + values.keySet().iterator().next()
                + "'; parameters:"
                + (possible.length() == 0 ? " none" : possible));
      }
    }
  }
}
