/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.Discipline;
import io.desaster.api.spi.DisciplineProvider;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The leaf disciplines by name: those that come with desaster and those ServiceLoader finds. */
public final class Disciplines {
  /** As many as bulk work does at once. */
  private static final int SLICE = 512;

  private final Map<String, DisciplineProvider> leaves = new TreeMap<>();
  private final int sliceMax;

  public Disciplines() {
    this(SLICE);
  }

  /**
   * With another length of slices.
   *
   * @param sliceMax jobs that may move from one kind of discipline to another in one go; the same
   *     for all who follow the same events
   */
  public Disciplines(int sliceMax) {
    this.sliceMax = sliceMax;
    leaves.put("fifo", words -> leaf(LeafWords.fifo(words)));
    leaves.put("edf", words -> leaf(LeafWords.edf(words)));
    leaves.put("sfq", words -> leaf(LeafWords.sfq(words)));
    leaves.put("wfq", words -> leaf(LeafWords.wfq(words)));
    for (DisciplineProvider.Named provider : ServiceLoader.load(DisciplineProvider.Named.class)) {
      leaves.put(provider.name(), provider);
    }
  }

  /**
   * Makes a leaf from its configuration, for example {@code fifo}: its name, then its parameters.
   *
   * @throws IllegalArgumentException if there is no such discipline or a parameter is wrong
   */
  public Discipline leaf(String configuration) {
    List<String> words = List.of(configuration.trim().split("\\s+"));
    DisciplineProvider provider = leaves.get(words.get(0));
    if (provider == null) {
      throw new IllegalArgumentException(
          "there is no discipline '"
              + words.get(0)
              + "'; disciplines: "
              + String.join(" ", leaves.keySet()));
    }
    return provider.create(words.subList(1, words.size()));
  }

  int sliceMax() {
    return sliceMax;
  }

  /** Whether it is the discipline of a leaf, not of an inner class. */
  boolean isLeaf(DisciplineSpec spec) {
    return spec instanceof DisciplineSpec.Fifo
        || spec instanceof DisciplineSpec.Edf
        || spec instanceof DisciplineSpec.Sfq
        || spec instanceof DisciplineSpec.Wfq
        || spec instanceof DisciplineSpec.Named;
  }

  /**
   * Makes a leaf.
   *
   * @throws IllegalArgumentException if it is none, or there is no discipline of this name
   */
  Discipline leaf(DisciplineSpec spec) {
    if (spec instanceof DisciplineSpec.Fifo) {
      return new Fifo();
    } else if (spec instanceof DisciplineSpec.Edf) {
      return new Edf();
    } else if (spec instanceof DisciplineSpec.Sfq sfq) {
      return new Sfq(sfq);
    } else if (spec instanceof DisciplineSpec.Wfq wfq) {
      return new Wfq(wfq);
    } else if (spec instanceof DisciplineSpec.Named named) {
      return leaf(named.words());
    }
    throw new IllegalArgumentException("not the discipline of a leaf: " + spec);
  }
}
