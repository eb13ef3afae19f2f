/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is told by events of one form of topic. The protocol's reference is written from these, and
 * their examples are carried out by a test.
 *
 * @param form of the topic; words in capitals stand for others
 * @param when they are sent, and what WHAT and STATE may be
 * @param fields the meaning of each; which one is there follows from it
 * @param pattern to subscribe to for the example
 * @param example commands after {@code "> "}, each followed by the events it leads to; … stands for
 *     any text
 */
public record EventTopic(
    String form, String when, Map<String, String> fields, String pattern, List<String> example) {
  private static final String QUEUE = "queue";
  private static final String STATE = "state";
  private static final String PUSH = "> QUEUE PUSH mail remote hello id j1";

  /** All there are. */
  public static List<EventTopic> all() {
    return List.of(states(), changed(), progress(), forgotten(), queues(), nodes(), predictions());
  }

  private static EventTopic states() {
    return new EventTopic(
        "job.QUEUE.STATE",
        "A job came into a state: `blocked`, `scheduled`, `queued`, `running`, `retrying`,"
            + " `succeeded`, `failed` or `cancelled`; or it was moved to this queue. The subject is"
            + " its id.",
        ofJobs(),
        "job.mail.*",
        List.of(
            PUSH,
            event("job.mail.queued", "…", "'queue':'mail','state':'queued'"),
            "> JOB TAKE w1",
            event(
                "job.mail.running",
                "…",
                "'queue':'mail','state':'running','attempt':'1','pool':'remote@w1'"),
            "> JOB FAIL j1 1 EXIT 3 ERROR \"no route\"",
            event(
                "job.mail.retrying",
                "…",
                "'queue':'mail','state':'retrying','attempt':'1','pool':'remote@w1',"
                    + "'outcome':'failed','exit-code':'3','reason':'no route'")));
  }

  private static Map<String, String> ofJobs() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(QUEUE, "the job's queue");
    fields.put(STATE, "its state");
    fields.put("attempt", "number of its last attempt, if there was one");
    fields.put("pool", "where that ran or runs, `KIND@NODE`, if there was one");
    fields.put(
        "outcome",
        "how that ended, if it has: `succeeded`, `failed`, `timed_out`, `limit_exceeded`,"
            + " `cancelled`, `lost`, `superseded`, `not_started`");
    fields.put(
        "exit-code", "if it has ended: the exit code, 128 + signal, or -1 where there is none");
    fields.put("reason", "why it failed, is tried again or was cancelled, if there is a reason");
    return fields;
  }

  private static EventTopic changed() {
    return new EventTopic(
        "job.QUEUE.changed",
        "Something of a job changed, but neither state nor queue: priority, label, tags, that it"
            + " was told to end. The subject is its id.",
        ofJobs(),
        "job.*.changed",
        List.of(
            PUSH,
            "> JOB PRIORITY j1 TO 2",
            event("job.mail.changed", "…", "'queue':'mail','state':'queued'")));
  }

  private static EventTopic progress() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(QUEUE, "the job's queue");
    fields.put("percent", "0 to 100");
    fields.put("text", "what it says besides, may be empty");
    return new EventTopic(
        "job.QUEUE.progress",
        "A running job told how far it is. The subject is its id. It is not kept: a restart of the"
            + " daemon forgets it.",
        fields,
        "job.mail.progress",
        List.of(
            PUSH,
            "> JOB TAKE w1",
            "> JOB PROGRESS j1 1 40 \"4 of 10 sent\"",
            event(
                "job.mail.progress", "…", "'queue':'mail','percent':'40','text':'4 of 10 sent'")));
  }

  private static EventTopic forgotten() {
    return new EventTopic(
        "job.QUEUE.forgotten",
        "A finished job was deleted, or its retention is over. The subject is its id. Of jobs that"
            + " ended long ago only `queue` and `state` are told.",
        ofJobs(),
        "job.mail.forgotten",
        List.of(
            PUSH,
            "> JOB CANCEL j1 BY ada",
            "> JOB DELETE j1",
            event(
                "job.mail.forgotten",
                "…",
                "'queue':'mail','state':'cancelled','reason':'cancelled by ada'")));
  }

  private static EventTopic queues() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("kind", "the kind of its jobs");
    return new EventTopic(
        "queue.NAME.WHAT",
        "A queue was `created`, `paused`, `resumed`, `renamed` (then NAME is the new one),"
            + " `destroyed`, is `draining` or `opened` again, or its settings `changed`. The"
            + " subject is NAME.",
        fields,
        "queue.*",
        List.of(
            "> QUEUE CREATE mail remote",
            event("queue.mail.created", "mail", "'kind':'remote'"),
            "> QUEUE PAUSE mail",
            event("queue.mail.paused", "mail", "'kind':'remote'"),
            "> QUEUE RESUME mail",
            event("queue.mail.resumed", "mail", "'kind':'remote'"),
            "> QUEUE SET mail max-length 10",
            event("queue.mail.changed", "mail", "'kind':'remote'"),
            "> QUEUE RENAME mail post",
            event("queue.post.renamed", "post", "'kind':'remote'"),
            "> QUEUE DESTROY post",
            event("queue.post.draining", "post", "'kind':'remote'"),
            event("queue.post.destroyed", "post", "'kind':'remote'")));
  }

  private static EventTopic nodes() {
    return new EventTopic(
        "node.NAME.WHAT",
        "A node `joined` for the first time, is `up`, `draining`, `detached` (stopped in order) or"
            + " `silent`; `up` also tells that its pools or labels changed. The subject is NAME.",
        Map.of(),
        "node.*",
        List.of(
            "> NODE DRAIN web1",
            event("node.web1.draining", "web1", ""),
            "> NODE UNDRAIN web1",
            event("node.web1.up", "web1", "")));
  }

  private static EventTopic predictions() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(QUEUE, "the job's queue");
    fields.put(STATE, "its state");
    fields.put("start-p50", "it starts before this in half of all cases, if that is known");
    fields.put("start-p90", "it starts before this in nine of ten cases, if that is known");
    fields.put("finish-p50", "as `start-p50`, of its end");
    fields.put("finish-p90", "as `start-p90`, of its end");
    fields.put("eta-unknown", "why something of it is not known, if so");
    return new EventTopic(
        "eta.QUEUE.ID",
        "When a waiting job will probably start; only to those whose pattern begins with `eta.`."
            + " The subject is its id.",
        fields,
        "eta.mail.*",
        List.of(
            PUSH, event("eta.mail.…", "…", "'queue':'mail','state':'queued','eta-unknown':'…'")));
  }

  private static String event(String topic, String subject, String fields) {
    return ("{'topic':'" + topic + "','subject':'" + subject + "','at':'…','fields':{" + fields)
            .replace('\'', '"')
        + "}}";
  }
}
