/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.tree;

import io.desaster.api.spi.Usage;
import io.desaster.core.discipline.TreeUsage;
import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What trees remember, as pieces of a snapshot. A piece is of one kind and holds accounts of its
 * classes; a class with many accounts goes on in the next piece. Running jobs are not written: they
 * are counted.
 */
public final class SavedUsages {
  private final Map<String, Saved> kinds = new TreeMap<>();

  private static final class Saved {
    boolean changed;
    final Map<String, String> disciplines = new LinkedHashMap<>();
    final Map<String, List<Usage.Account>> accounts = new HashMap<>();
  }

  /** Writes what is remembered piece by piece. */
  public static final class Writer {
    private final Iterator<Map.Entry<String, TreeUsage>> kinds;
    private String kind;
    private boolean changed;
    private Iterator<Map.Entry<String, TreeUsage.ClassUsage>> classes;
    private String name;
    private String discipline;
    private List<Usage.Account> accounts = List.of();
    private int next;
    private boolean open;

    public Writer(Map<String, TreeUsage> usages) {
      kinds = usages.entrySet().iterator();
    }

    public boolean hasNext() {
      return open || kinds.hasNext();
    }

    /** Writes one piece of not much more than so many bytes. */
    public void next(Output out, int bytes) {
      if (!open) {
        Map.Entry<String, TreeUsage> entry = kinds.next();
        kind = entry.getKey();
        changed = entry.getValue().changed();
        classes = entry.getValue().classes().entrySet().iterator();
        open = true;
        name = null;
      }
      out.writeString(kind);
      out.writeBoolean(changed);
      int end = out.size() + bytes;
      while (out.size() < end) {
        if (name == null && !nextClass()) {
          open = false;
          return;
        }
        writeClass(out, end);
      }
    }

    private boolean nextClass() {
      if (!classes.hasNext()) {
        return false;
      }
      Map.Entry<String, TreeUsage.ClassUsage> entry = classes.next();
      name = entry.getKey();
      discipline = entry.getValue().kind();
      accounts = entry.getValue().usage().accounts();
      next = 0;
      return true;
    }

    private void writeClass(Output out, int end) {
      out.writeString(name);
      out.writeString(discipline);
      while (next < accounts.size() && out.size() < end) {
        out.writeBoolean(true);
        write(accounts.get(next++), out);
      }
      out.writeBoolean(false);
      if (next == accounts.size()) {
        name = null;
      }
    }

    private static void write(Usage.Account account, Output out) {
      out.writeString(account.what());
      out.writeString(account.name());
      out.writeSigned(account.number());
      out.writeSigned(account.atNanos());
      out.writeVarint(account.values().length);
      for (double value : account.values()) {
        out.writeDouble(value);
      }
    }
  }

  /** Reads one piece, after those before it. */
  public void read(Input in) {
    Saved saved = kinds.computeIfAbsent(in.readString(), kind -> new Saved());
    saved.changed = in.readBoolean();
    while (in.remaining() > 0) {
      String name = in.readString();
      saved.disciplines.put(name, in.readString());
      List<Usage.Account> accounts = saved.accounts.computeIfAbsent(name, n -> new ArrayList<>());
      while (in.readBoolean()) {
        accounts.add(account(in));
      }
    }
  }

  private static Usage.Account account(Input in) {
    String what = in.readString().intern();
    String name = in.readString();
    long number = in.readSigned();
    long atNanos = in.readSigned();
    double[] values = new double[in.readVarint32()];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readDouble();
    }
    return new Usage.Account(what, name, number, atNanos, values);
  }

  /** What was read, by kind. */
  public Map<String, TreeUsage> usages() {
    Map<String, TreeUsage> usages = new TreeMap<>();
    kinds.forEach((kind, saved) -> usages.put(kind, usage(saved)));
    return usages;
  }

  private static TreeUsage usage(Saved saved) {
    Map<String, TreeUsage.ClassUsage> classes = new HashMap<>();
    saved.disciplines.forEach(
        (name, discipline) ->
            classes.put(
                name,
                new TreeUsage.ClassUsage(discipline, 0, new Usage(saved.accounts.get(name)))));
    return new TreeUsage(classes, saved.changed);
  }
}
