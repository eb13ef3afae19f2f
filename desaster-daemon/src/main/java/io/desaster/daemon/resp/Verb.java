/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.core.audit.AuditLevel;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A verb of the protocol with all there is to know of it: the only source of COMMAND, COMMAND DOCS,
 * HELP and the reference in the protocol's documentation.
 */
public final class Verb {
  /** What else COMMAND tells of a verb. */
  public enum Flag {
    /** May be used before AUTH. */
    NO_AUTH,
    /** May answer much later than it was asked. */
    BLOCKING,
    /** Changes what messages the connection gets, and may be used while it gets some. */
    PUBSUB,
    /** For those who run the daemon. */
    ADMIN
  }

  private final String name;
  private final String subcommand;
  private final String pipedName;
  private final String grammar;
  private final Access access;
  private final Set<Flag> flags;
  private final String summary;
  private final String reply;
  private final List<String> notes;
  private final List<String> errors;
  private final List<String> example;
  private final Handler handler;
  private final Set<Integer> hidden;
  private final AuditLevel audited;
  private final int wordsMin;
  private final int wordsMax;

  private Verb(Builder from, Handler handler) {
    String[] names = from.names.split(" ");
    name = names[0];
    subcommand = names.length > 1 ? names[1] : "";
    pipedName = String.join("|", names).toLowerCase(Locale.ROOT);
    grammar = from.grammar;
    access = from.access;
    flags = from.flags;
    summary = from.summary;
    reply = from.reply;
    notes = List.copyOf(from.notes);
    errors = List.copyOf(from.errors);
    example = List.copyOf(from.example);
    this.handler = handler;
    hidden = Set.copyOf(from.hidden);
    audited = audited(from);
    Grammar.Part part = Grammar.parse(grammar);
    wordsMin = names.length + part.min();
    wordsMax = part.max() == Grammar.MANY ? Grammar.MANY : names.length + part.max();
  }

  private static AuditLevel audited(Builder from) {
    if (from.access != Access.WRITE && !from.audited) {
      return AuditLevel.OFF;
    }
    return from.frequent ? AuditLevel.ALL : AuditLevel.CHANGES;
  }

  /**
   * Begins a verb.
   *
   * @param names the verb and maybe its subcommand, upper case
   * @param grammar its arguments as {@link Grammar} reads them
   */
  public static Builder of(String names, String grammar) {
    return new Builder(names, grammar);
  }

  public String name() {
    return name;
  }

  /** Empty if it has none. */
  public String subcommand() {
    return subcommand;
  }

  public String fullName() {
    return subcommand.isEmpty() ? name : name + ' ' + subcommand;
  }

  /** As errors and COMMAND write it: {@code queue|push}. */
  String pipedName() {
    return pipedName;
  }

  /** The whole command's form. */
  public String usage() {
    return grammar.isEmpty() ? fullName() : fullName() + ' ' + grammar;
  }

  public String grammar() {
    return grammar;
  }

  public Access access() {
    return access;
  }

  public boolean is(Flag flag) {
    return flags.contains(flag);
  }

  /** From which level on it is audited; OFF: never. */
  public AuditLevel audited() {
    return audited;
  }

  /** Whether the word (0 is the verb) may hold a secret and is not to be written down. */
  boolean hides(int word) {
    return hidden.contains(word);
  }

  public String summary() {
    return summary;
  }

  /** What it answers. */
  public String reply() {
    return reply;
  }

  /** Paragraphs of explanation. */
  public List<String> notes() {
    return notes;
  }

  /** Each a code and when it is given. */
  public List<String> errors() {
    return errors;
  }

  /** A dialogue: lines that begin with {@code "> "} are sent, the others are what comes back. */
  public List<String> example() {
    return example;
  }

  public Handler handler() {
    return handler;
  }

  /** Whether a command of so many words, names included, can be right. */
  boolean takes(int words) {
    return words >= wordsMin && words <= wordsMax;
  }

  /** As Redis counts: words, negative if there may be more. */
  int arity() {
    return wordsMin == wordsMax ? wordsMin : -wordsMin;
  }

  /** Collects a {@link Verb}. */
  public static final class Builder {
    private final String names;
    private final String grammar;
    private Access access = Access.LOCAL;
    private final Set<Flag> flags = EnumSet.noneOf(Flag.class);
    private String summary = "";
    private String reply = "";
    private final List<String> notes = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private final List<String> example = new ArrayList<>();
    private final Set<Integer> hidden = new HashSet<>();
    private boolean audited;
    private boolean frequent;

    private Builder(String names, String grammar) {
      this.names = names;
      this.grammar = grammar;
    }

    public Builder reads() {
      access = Access.READ;
      return this;
    }

    public Builder writes() {
      access = Access.WRITE;
      return this;
    }

    /** Goes into the audit log although it changes no jobs. */
    Builder audited() {
      audited = true;
      return this;
    }

    /** Comes some times for each job, so it is audited at the highest level only. */
    public Builder frequent() {
      frequent = true;
      return this;
    }

    /** Keeps a word (0 is the verb) out of the audit log. */
    public Builder hides(int word) {
      hidden.add(word);
      return this;
    }

    public Builder flag(Flag flag) {
      flags.add(flag);
      return this;
    }

    public Builder summary(String text) {
      summary = text;
      return this;
    }

    public Builder reply(String text) {
      reply = text;
      return this;
    }

    public Builder note(String paragraph) {
      notes.add(paragraph);
      return this;
    }

    public Builder error(String codeAndWhen) {
      errors.add(codeAndWhen);
      return this;
    }

    public Builder example(String... lines) {
      example.addAll(List.of(lines));
      return this;
    }

    public Verb does(Handler handler) {
      return new Verb(this, handler);
    }
  }
}
