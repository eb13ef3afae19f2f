/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs benchmarks by name; started by {@code benchmarks/run}. */
public final class Main {
  /** One that prints what it measured. */
  private interface Benchmark {
    void run(Setup setup) throws Exception;
  }

  private static final Map<String, Benchmark> ALL = new LinkedHashMap<>();

  static {
    ALL.put("embedded", EmbeddedThroughput::run);
    ALL.put("push", PushThroughput::run);
    ALL.put("drain", RemoteDrain::run);
    ALL.put("pick-up", PickUpLatency::run);
    ALL.put("million", MillionQueued::run);
    ALL.put("shell", ShellThroughput::run);
    ALL.put("start", DaemonStart::run);
    ALL.put("eta", Etas::run);
    ALL.put("disciplines", setup -> DisciplineCost.main(new String[] {}));
  }

  private Main() {}

  /**
   * @param arguments working directory, start script, directory of scripts, rounds, names of
   *     benchmarks; none: all
   */
  public static void main(String[] arguments) throws Exception {
    Setup setup =
        new Setup(
            Path.of(arguments[0]),
            Path.of(arguments[1]),
            Path.of(arguments[2]),
            Integer.parseInt(arguments[3]));
    List<String> names = Arrays.asList(arguments).subList(4, arguments.length);
    for (String name : names.isEmpty() ? List.copyOf(ALL.keySet()) : names) {
      Benchmark benchmark = ALL.get(name);
      if (benchmark == null) {
        System.err.println("there is no benchmark '" + name + "'; there are " + ALL.keySet());
        System.exit(2);
      }
      System.out.println(name);
      benchmark.run(setup);
    }
    System.exit(0);
  }
}
