/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.forecast;

import io.desaster.api.job.JobState;
import io.desaster.core.discipline.Disciplines;
import io.desaster.core.state.JobRecord;
import io.desaster.core.state.QueueRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Who or what has what a queued job waits for, a line each. */
final class Reasons {
  private static final int NAMED_MAX = 3;

  private static final Replay.Watcher NOBODY =
      new Replay.Watcher() {
        @Override
        public void started(int index, QueueRecord queue, long waitMillis, int start, int end) {}

        @Override
        public void ends(int runningIndex, int end) {}
      };

  private final Picture picture;
  private final JobRecord job;
  private final List<String> lines = new ArrayList<>();

  private Reasons(Picture picture, JobRecord job) {
    this.picture = picture;
    this.job = job;
  }

  static List<String> of(Picture picture, JobRecord job, Disciplines disciplines) {
    int index = picture.indexOf(job.order());
    if (index < 0 || job.state() != JobState.QUEUED) {
      return List.of();
    }
    Reasons reasons = new Reasons(picture, job);
    reasons.slots();
    reasons.limit();
    boolean[] only = new boolean[picture.size()];
    only[index] = true;
    Replay now = new Replay(picture, disciplines, only, 0, new SplittableRandom(0), NOBODY);
    reasons.lines.addAll(now.holds(picture.jobs()[index]));
    return reasons.lines;
  }

  private void slots() {
    QueueRecord queue = picture.queue(job.queueId()).record();
    Set<String> serving = new HashSet<>();
    int slots = 0;
    for (Picture.Pool pool : picture.pools()) {
      if (pool.serves(queue) && pool.meets(job.demand())) {
        serving.add(pool.name());
        slots += pool.slots();
      }
    }
    List<JobRecord> users = new ArrayList<>();
    for (JobRecord other : picture.running()) {
      if (serving.contains(other.course().last().pool())) {
        users.add(other);
      }
    }
    if (slots > 0 && users.size() >= slots) {
      String all =
          slots == 1 ? "the slot it may have is taken " : slots + " slots it may have, all taken ";
      lines.add(all + by(users));
    }
  }

  private void limit() {
    String limit = job.options().limit();
    if (limit.isEmpty()) {
      return;
    }
    int colon = limit.lastIndexOf(':');
    String name = limit.substring(0, colon + 1);
    List<JobRecord> users = new ArrayList<>();
    for (JobRecord other : picture.running()) {
      if (other.options().limit().startsWith(name)
          && other.options().limit().lastIndexOf(':') == colon) {
        users.add(other);
      }
    }
    if (users.size() >= Integer.parseInt(limit.substring(colon + 1))) {
      lines.add("limit " + limit + " is used up " + by(users));
    }
  }

  private String by(List<JobRecord> users) {
    if (users.size() <= NAMED_MAX) {
      List<String> ids = users.stream().map(user -> user.id() + " of " + queue(user)).toList();
      return (ids.size() == 1 ? "by job " : "by jobs ") + String.join(", ", ids);
    }
    Map<String, Integer> counts = new TreeMap<>();
    users.forEach(user -> counts.merge(queue(user), 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    counts.forEach((queue, number) -> parts.add(number + " by " + queue));
    return String.join(", ", parts);
  }

  private String queue(JobRecord user) {
    Picture.Queue queue = picture.queue(user.queueId());
    return queue == null ? "another kind" : "queue " + queue.record().name();
  }
}
