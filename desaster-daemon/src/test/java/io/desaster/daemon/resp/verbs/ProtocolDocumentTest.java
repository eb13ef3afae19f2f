/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.desaster.api.error.ErrorCode;
import io.desaster.api.queue.QueueSettings;
import io.desaster.api.wire.PushOptions;
import io.desaster.daemon.resp.EventTopic;
import io.desaster.daemon.resp.RespOptions;
import io.desaster.daemon.resp.RespServer;
import io.desaster.daemon.resp.Verb;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The reference in {@code docs/PROTOCOL.md} is made from the verbs. After a change of a verb run
 * this test with {@code -Dprotocol.write=true} to write it anew.
 */
class ProtocolDocumentTest {
  private static final String BEGIN = "<!-- %s: made by ProtocolDocumentTest, do not edit -->\n";
  private static final String END = "<!-- end of %s -->\n";

  @Test
  void shouldDocumentEveryVerb() throws Exception {
    requireWritten("verbs", reference());
  }

  @Test
  void shouldDocumentEveryEvent() throws Exception {
    StringBuilder out = new StringBuilder();
    EventTopic.all().forEach(topic -> write(topic, out));
    requireWritten("events", out.toString());
  }

  private static void write(EventTopic topic, StringBuilder out) {
    out.append("\n### ").append(topic.form()).append("\n\n").append(topic.when()).append('\n');
    topic.fields().forEach((name, meaning) -> out.append("\n- `" + name + "`: " + meaning));
    out.append(topic.fields().isEmpty() ? "It has no fields.\n" : "\n").append("\n```\n");
    out.append("> EVENTS SUBSCRIBE ").append(topic.pattern()).append('\n');
    topic.example().forEach(line -> out.append(line).append('\n'));
    out.append("```\n");
  }

  private static void requireWritten(String what, String reference) throws IOException {
    Path file = document();
    String text = Files.readString(file);
    String marker = BEGIN.formatted(what);
    int begin = text.indexOf(marker) + marker.length();
    int end = text.indexOf(END.formatted(what));
    assertThat(begin).as("marker in %s", file).isBetween(marker.length(), end);
    if (Boolean.getBoolean("protocol.write")) {
      Files.writeString(file, text.substring(0, begin) + reference + text.substring(end));
      return;
    }
    assertThat(text.substring(begin, end))
        .as("%s is not up to date: run this test with -Dprotocol.write=true", file)
        .isEqualTo(reference);
  }

  @Test
  void shouldDocumentEveryOptionAndErrorCode() throws Exception {
    String text = Files.readString(document());
    for (String option : PushOptions.names().split(" ")) {
      assertThat(section(text, "Options of a push")).contains('`' + option + '`');
    }
    for (String option : QueueSettings.DEFAULT.options().keySet()) {
      assertThat(section(text, "Options of a queue")).contains('`' + option + '`');
    }
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(section(text, "Errors")).contains("| `" + code + "` |");
    }
  }

  private static String section(String text, String title) {
    int begin = text.indexOf("\n## " + title + "\n");
    assertThat(begin).as("section %s", title).isPositive();
    return text.substring(begin, text.indexOf("\n## ", begin + 1));
  }

  private static Path document() throws IOException {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("docs/PROTOCOL.md"))) {
      directory = directory.getParent();
      assertThat(directory).as("a directory above with docs/PROTOCOL.md").isNotNull();
    }
    return directory.resolve("docs/PROTOCOL.md");
  }

  private static String reference() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (MemoryDesaster desaster = new MemoryDesaster()) {
      List<Verb> verbs =
          new RespServer(vertx, RespOptions.local(0), DesasterVerbs.of(desaster, 1)).verbs().all();
      Map<String, List<Verb>> groups = new LinkedHashMap<>();
      for (Verb verb : verbs) {
        String group = verb.subcommand().isEmpty() ? "The connection" : verb.name();
        groups.computeIfAbsent(group, g -> new ArrayList<>()).add(verb);
      }
      StringBuilder out = new StringBuilder();
      groups.forEach((group, members) -> write(group, members, out));
      return out.toString();
    } finally {
      VerbExamples.await(vertx.close());
    }
  }

  private static void write(String group, List<Verb> verbs, StringBuilder out) {
    out.append("\n## ").append(group).append('\n');
    for (Verb verb : verbs) {
      out.append("\n### ").append(verb.fullName()).append("\n\n");
      out.append("    ").append(verb.usage()).append("\n\n");
      out.append(verb.summary()).append('\n');
      out.append("Answers: ").append(verb.reply()).append(".\n");
      verb.notes().forEach(note -> out.append('\n').append(note).append('\n'));
      out.append("\n- ").append(access(verb)).append('\n');
      verb.errors().forEach(error -> out.append("- ").append(error(error)).append('\n'));
      out.append("\n```\n");
      verb.example().forEach(line -> out.append(line).append('\n'));
      out.append("```\n");
    }
  }

  private static String access(Verb verb) {
    String access = verb.access().name().toLowerCase(Locale.ROOT);
    List<String> words = new ArrayList<>(List.of(access));
    for (Verb.Flag flag : Verb.Flag.values()) {
      if (verb.is(flag)) {
        words.add(flag.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      }
    }
    return String.join(", ", words);
  }

  private static String error(String error) {
    int blank = error.indexOf(' ');
    return '`' + error.substring(0, blank) + "`: " + error.substring(blank + 1);
  }
}
