/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.daemon.resp.wire.Args;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** INFO: facts about this daemon in the form that tools for Redis read. */
final class InfoVerb {
  private static final Set<String> ALL = Set.of("all", "default", "everything");

  private final RespServer server;

  InfoVerb(RespServer server) {
    this.server = server;
  }

  List<Verb> all() {
    return List.of(
        Verb.of("INFO", "[section …]")
            .reads()
            .summary("Tells facts about this node, in sections.")
            .reply("text: `# Section` lines, each followed by lines `name:value`")
            .example("> INFO server", "# Server", "desaster_version:…", "…")
            .does(this::info));
  }

  private void info(Call call) {
    Args args = call.args();
    Set<String> wanted = new HashSet<>();
    for (int i = 1; i < args.count(); i++) {
      wanted.add(args.printable(i).toLowerCase(Locale.ROOT));
    }
    boolean all = wanted.isEmpty() || wanted.stream().anyMatch(ALL::contains);
    call.reply(
        server.verbs().info(), facts -> Reply.verbatim(text(facts, all ? Set.of() : wanted)));
  }

  private String text(Map<String, String> facts, Set<String> wanted) {
    Map<String, Map<String, String>> sections = own();
    facts.forEach(
        (name, value) -> {
          // As with Redis a name is unique without its section: many tools read lines only.
          sections
              .computeIfAbsent(
                  name.substring(0, Math.max(0, name.indexOf('.'))), s -> new LinkedHashMap<>())
              .put(name.replace('.', '_'), value);
        });
    StringBuilder text = new StringBuilder();
    sections.forEach(
        (section, lines) -> {
          if (wanted.isEmpty() || wanted.contains(section)) {
            write(section, lines, text);
          }
        });
    return text.toString();
  }

  private static void write(String section, Map<String, String> lines, StringBuilder text) {
    if (!text.isEmpty()) {
      text.append("\r\n");
    }
    text.append("# ").append(section.substring(0, 1).toUpperCase(Locale.ROOT));
    text.append(section.substring(1)).append("\r\n");
    lines.forEach((name, value) -> text.append(name).append(':').append(value).append("\r\n"));
  }

  private Map<String, Map<String, String>> own() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("desaster_version", server.options().version());
    // Client libraries look at it to know which commands they may use.
    facts.put("redis_version", "7.0.0");
    facts.put("redis_mode", "standalone");
    facts.put("node", server.options().nodeName());
    facts.put("process_id", Long.toString(ProcessHandle.current().pid()));
    facts.put("tcp_port", Integer.toString(server.port()));
    facts.put("uptime_in_seconds", Long.toString(server.nowMillis() / 1_000));
    Map<String, String> clients = new LinkedHashMap<>();
    clients.put("connected_clients", Integer.toString(server.connectionCount()));
    clients.put("maxclients", Integer.toString(server.options().limits().connectionsMax()));
    Map<String, String> stats = new LinkedHashMap<>();
    server.stats().all().forEach((name, count) -> stats.put(name, count.toString()));
    Map<String, Map<String, String>> sections = new LinkedHashMap<>();
    sections.put("server", facts);
    sections.put("clients", clients);
    sections.put("stats", stats);
    return sections;
  }
}
