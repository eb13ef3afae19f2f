/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.api.Events;
import io.desaster.daemon.resp.wire.Args;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What a server serves besides the verbs that every connection has. */
public final class Verbs {
  private final List<Verb> all;
  private final Supplier<CompletionStage<Map<String, String>>> info;
  private final Events events;
  private final Table<Group> groups;

  /**
   * @param info facts for INFO as {@code section.name = value}
   * @param events what clients may subscribe to
   * @throws IllegalArgumentException if two verbs have the same name
   */
  public Verbs(
      List<Verb> verbs, Supplier<CompletionStage<Map<String, String>>> info, Events events) {
    this.all = List.copyOf(verbs);
    this.info = info;
    this.events = events;
    Map<String, List<Verb>> byName = new LinkedHashMap<>();
    all.forEach(verb -> byName.computeIfAbsent(verb.name(), n -> new ArrayList<>()).add(verb));
    Map<String, Group> made = new LinkedHashMap<>();
    byName.forEach((name, verbsOfName) -> made.put(name, Group.of(name, verbsOfName)));
    groups = new Table<>(made);
  }

  /** These and the given verbs, which come first. */
  Verbs with(List<Verb> more) {
    List<Verb> joined = new ArrayList<>(more);
    joined.addAll(all);
    return new Verbs(joined, info, events);
  }

  /** In the order of the documentation. */
  public List<Verb> all() {
    return all;
  }

  CompletionStage<Map<String, String>> info() {
    return info.get();
  }

  Events events() {
    return events;
  }

  /** The verb's name and what stands behind it, or null. */
  Group group(Args args) {
    return groups.find(args, 0);
  }

  /** The verbs that share a name: one without subcommand, or several with. */
  static final class Group {
    final String name;
    final List<Verb> verbs;

    /** The verb without a subcommand, or null. */
    final Verb single;

    private final Table<Verb> subcommands;

    private Group(String name, List<Verb> verbs, Verb single, Table<Verb> subcommands) {
      this.name = name;
      this.verbs = verbs;
      this.single = single;
      this.subcommands = subcommands;
    }

    private static Group of(String name, List<Verb> verbs) {
      if (verbs.size() == 1 && verbs.get(0).subcommand().isEmpty()) {
        return new Group(name, List.copyOf(verbs), verbs.get(0), null);
      }
      Map<String, Verb> bySubcommand = new LinkedHashMap<>();
      Verb bare = null;
      for (Verb verb : verbs) {
        if (verb.subcommand().isEmpty()) {
          bare = verb;
        } else if (bySubcommand.put(verb.subcommand(), verb) != null) {
          throw new IllegalArgumentException("two verbs are called " + verb.fullName());
        }
      }
      return new Group(name, List.copyOf(verbs), bare, new Table<>(bySubcommand));
    }

    boolean hasSubcommands() {
      return subcommands != null;
    }

    /** The verb meant, or null if there is no such subcommand. */
    Verb find(Args args) {
      return subcommands == null || args.count() < 2 ? single : subcommands.find(args, 1);
    }
  }

  /** Finds by a word of a command without making a string of it. Open addressing, half full. */
  private static final class Table<V> {
    private final String[] names;
    private final List<V> values;
    private final int mask;

    Table(Map<String, V> entries) {
      int size = Integer.highestOneBit(Math.max(2, entries.size()) * 4);
      mask = size - 1;
      names = new String[size];
      List<V> slots = new ArrayList<>(Collections.nCopies(size, null));
      entries.forEach(
          (name, value) -> {
            int at = name.hashCode() & mask;
            while (names[at] != null) {
              at = at + 1 & mask;
            }
            names[at] = name;
            slots.set(at, value);
          });
      values = slots;
    }

    V find(Args args, int word) {
      for (int at = args.hash(word) & mask; names[at] != null; at = at + 1 & mask) {
        if (args.is(word, names[at])) {
          return values.get(at);
        }
      }
      return null;
    }
  }
}
