/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The form of a command, read from the text that documents it: {@code UPPER} stands for itself,
 * {@code lower} for a value, {@code [x]} may be left out, {@code (x | y)} is one of them, {@code x
 * …} may be repeated. How many words a command takes, and what COMMAND DOCS says of its arguments,
 * follow from it.
 */
final class Grammar {
  /** Words without limit. */
  static final int MANY = Integer.MAX_VALUE;

  /** A part of the form. */
  sealed interface Part {
    int min();

    int max();
  }

  /** One word. */
  record Word(String text) implements Part {
    boolean literal() {
      return text.equals(text.toUpperCase(Locale.ROOT));
    }

    @Override
    public int min() {
      return 1;
    }

    @Override
    public int max() {
      return 1;
    }
  }

  /** Parts one after the other. */
  record Row(List<Part> parts) implements Part {
    @Override
    public int min() {
      return parts.stream().mapToInt(Part::min).sum();
    }

    @Override
    public int max() {
      return (int) Math.min(MANY, parts.stream().mapToLong(Part::max).sum());
    }
  }

  /** One of several. */
  record Choice(List<Part> parts) implements Part {
    @Override
    public int min() {
      return parts.stream().mapToInt(Part::min).min().orElse(0);
    }

    @Override
    public int max() {
      return parts.stream().mapToInt(Part::max).max().orElse(0);
    }
  }

  /** May be left out. */
  record Maybe(Part part) implements Part {
    @Override
    public int min() {
      return 0;
    }

    @Override
    public int max() {
      return part.max();
    }
  }

  /** Once or more often. */
  record Many(Part part) implements Part {
    @Override
    public int min() {
      return part.min();
    }

    @Override
    public int max() {
      return MANY;
    }
  }

  private final List<String> tokens;
  private int at;

  private Grammar(List<String> tokens) {
    this.tokens = tokens;
  }

  /**
   * @throws IllegalArgumentException if brackets do not match
   */
  static Part parse(String text) {
    String spaced = text.replaceAll("([\\[\\]()|])", " $1 ").trim();
    Grammar grammar = new Grammar(spaced.isEmpty() ? List.of() : List.of(spaced.split("\\s+")));
    Part part = grammar.choice();
    if (grammar.at < grammar.tokens.size()) {
      throw new IllegalArgumentException("brackets do not match in: " + text);
    }
    return part;
  }

  private Part choice() {
    List<Part> parts = new ArrayList<>();
    parts.add(row());
    while (peek("|")) {
      at++;
      parts.add(row());
    }
    return parts.size() == 1 ? parts.get(0) : new Choice(List.copyOf(parts));
  }

  private Part row() {
    List<Part> parts = new ArrayList<>();
    while (at < tokens.size() && !peek("|") && !peek("]") && !peek(")")) {
      Part part = single();
      if (peek("…")) {
        at++;
        part = new Many(part);
      }
      parts.add(part);
    }
    return parts.size() == 1 ? parts.get(0) : new Row(List.copyOf(parts));
  }

  private Part single() {
    String token = tokens.get(at++);
    return switch (token) {
      case "[" -> new Maybe(closed("]"));
      case "(" -> closed(")");
      default -> new Word(token);
    };
  }

  private Part closed(String bracket) {
    Part part = choice();
    if (!peek(bracket)) {
      throw new IllegalArgumentException("brackets do not match in: " + tokens);
    }
    at++;
    return part;
  }

  private boolean peek(String token) {
    return at < tokens.size() && tokens.get(at).equals(token);
  }
}
