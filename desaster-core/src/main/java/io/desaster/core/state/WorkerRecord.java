/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.state;

import io.desaster.core.log.Input;
import io.desaster.core.log.Output;
import java.util.ArrayList;
import java.util.List;

/**
 * A remote worker as it last asked for work.
 *
 * @param slots how many attempts it runs at once; 0: it is gone
 * @param labels what jobs may demand of it
 * @param queues names of those that it serves; empty: all of its kind
 */
public record WorkerRecord(String name, int slots, List<String> labels, List<String> queues) {
  public WorkerRecord {
    labels = List.copyOf(labels);
    queues = List.copyOf(queues);
  }

  /** Whether it takes jobs of this queue. */
  public boolean serves(String queue) {
    return queues.isEmpty() || queues.contains(queue);
  }

  public WorkerRecord withSlots(int number) {
    return new WorkerRecord(name, number, labels, queues);
  }

  /** Its pool, as attempts name it. */
  public String pool() {
    return RemoteWorkers.KIND + "@" + name;
  }

  public void encode(Output out) {
    out.writeString(name);
    out.writeVarint(slots);
    out.writeVarint(labels.size());
    labels.forEach(out::writeString);
    out.writeVarint(queues.size());
    queues.forEach(out::writeString);
  }

  public static WorkerRecord decode(Input in) {
    return new WorkerRecord(in.readString(), in.readVarint32(), words(in), words(in));
  }

  private static List<String> words(Input in) {
    List<String> words = new ArrayList<>();
    for (int i = in.readVarint32(); i > 0; i--) {
      words.add(in.readString());
    }
    return words;
  }
}
