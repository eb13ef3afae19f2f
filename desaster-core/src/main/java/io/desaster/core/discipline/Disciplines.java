/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

import io.desaster.api.spi.ClassDiscipline;
import io.desaster.api.spi.Discipline;
import io.desaster.api.spi.DisciplineProvider;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The disciplines by name: those that come with desaster and those that ServiceLoader finds. */
public final class Disciplines {
  private static final Map<String, Supplier<ClassDiscipline>> CLASSFUL =
      Map.of("drr", Drr::new, "prio", Prio::new);

  private final Map<String, DisciplineProvider> leaves = new TreeMap<>();

  public Disciplines() {
    leaves.put("fifo", parameters -> new Fifo());
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

  /**
   * Makes the discipline of an inner class.
   *
   * @throws IllegalArgumentException if there is no such discipline
   */
  public ClassDiscipline classful(String name) {
    Supplier<ClassDiscipline> supplier = CLASSFUL.get(name);
    if (supplier == null) {
      throw new IllegalArgumentException(
          "there is no discipline '" + name + "' for classes; disciplines: drr prio");
    }
    return supplier.get();
  }
}
