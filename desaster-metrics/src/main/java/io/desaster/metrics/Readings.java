/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Meters whose values are written from time to time. Those that were not written in the last round
 * are taken out: their queue or class is no more.
 */
final class Readings {
  private final MeterRegistry registry;
  private final Map<Key, Reading> readings = new HashMap<>();
  private final Set<Key> written = new HashSet<>();

  private record Key(String name, Tags tags) {}

  private static final class Reading {
    private volatile double value;
    private volatile long count;
    private Meter meter;
  }

  Readings(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Writes a value that goes up and down; NaN: there is none. */
  void gauge(String name, String unit, String about, Tags tags, double value) {
    if (Double.isNaN(value)) {
      return;
    }
    Reading reading = reading(name, tags);
    reading.value = value;
    if (reading.meter == null) {
      reading.meter =
          Gauge.builder(name, reading, one -> one.value)
              .baseUnit(unit.isEmpty() ? null : unit)
              .description(about)
              .tags(tags)
              .strongReference(true)
              .register(registry);
    }
  }

  /** Writes a count that only grows. */
  void counter(String name, String about, Tags tags, long count) {
    Reading reading = reading(name, tags);
    reading.count = count;
    if (reading.meter == null) {
      reading.meter =
          FunctionCounter.builder(name, reading, one -> one.count)
              .description(about)
              .tags(tags)
              .register(registry);
    }
  }

  /** Writes how often something happened and how long all that took. */
  void timer(String name, String about, Tags tags, long count, long totalMillis) {
    Reading reading = reading(name, tags);
    reading.count = count;
    reading.value = totalMillis;
    if (reading.meter == null) {
      reading.meter =
          FunctionTimer.builder(
                  name, reading, one -> one.count, one -> one.value, TimeUnit.MILLISECONDS)
              .description(about)
              .tags(tags)
              .register(registry);
    }
  }

  private Reading reading(String name, Tags tags) {
    Key key = new Key(name, tags);
    written.add(key);
    return readings.computeIfAbsent(key, any -> new Reading());
  }

  /** All that there is was written. */
  void endRound() {
    readings
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !written.contains(entry.getKey());
              if (gone) {
                registry.remove(entry.getValue().meter);
              }
              return gone;
            });
    written.clear();
  }
}
