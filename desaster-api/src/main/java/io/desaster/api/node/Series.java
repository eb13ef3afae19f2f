/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.api.node;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is measured each second of a node or a pool, and kept for a year. */
public enum Series {
  /** Cores that the daemon keeps busy; 1 is one whole core. */
  CPU("cores", false),
  /** Share of the host's CPU time in use by all, 0 to 1. */
  HOST_CPU("share", false),
  /** Memory of the daemon that is in RAM; unknown where the system does not tell. */
  RSS("bytes", false),
  /** The host's load average over a minute; unknown where the system does not tell. */
  LOAD("tasks", false),
  /** Running attempts. */
  USED("slots", true),
  /** Slots usable. */
  SLOTS("slots", true),
  /** Jobs that came to their end: of a node all it knows, of a pool those it ran last. */
  ENDED("jobs/min", true),
  /** Jobs in state QUEUED: of a node all it knows, of a pool those of its kind. */
  QUEUED("jobs", true);

  private final String unit;
  private final boolean ofPools;

  Series(String unit, boolean ofPools) {
    this.unit = unit;
    this.ofPools = ofPools;
  }

  /** What the values count, such as {@code bytes}. */
  public String unit() {
    return unit;
  }

  /** The word for it: {@code host-cpu}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** All that nodes have. */
  public static List<Series> ofNodes() {
    return List.of(values());
  }

  /** All that pools have. */
  public static List<Series> ofPools() {
    return Arrays.stream(values()).filter(series -> series.ofPools).toList();
  }

  /**
   * Reads a word such as {@code host-cpu}.
   *
   * @throws IllegalArgumentException if there is no such series; the message names all
   */
  public static Series parse(String word) {
    for (Series series : values()) {
      if (series.word().equalsIgnoreCase(word)) {
        return series;
      }
    }
    throw new IllegalArgumentException(
        "there is no series '" + word + "'; nodes have " + words(ofNodes()));
  }

  /** Their words with blanks between. */
  public static String words(List<Series> series) {
    return series.stream().map(Series::word).collect(Collectors.joining(" "));
  }
}
