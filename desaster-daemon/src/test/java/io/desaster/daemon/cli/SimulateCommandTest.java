/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.desaster.daemon.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SimulateCommandTest {
  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int execute(String... arguments) {
    out.reset();
    err.reset();
    Printer printer =
        new Printer(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new Terminal(false, false));
    Surroundings surroundings = new Surroundings(Map.of(), directory, directory, false, "web1");
    return new Cli(
            new Outside(
                new ClientOpener(),
                new NoStarter(),
                interrupt -> {},
                surroundings,
                printer,
                new ByteArrayInputStream(new byte[0])))
        .execute(List.of(arguments), arguments[0]);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private void write(String file, String json) throws IOException {
    Files.writeString(directory.resolve(file), json.replace('\'', '"'));
  }

  /** One slot, ten jobs of 100 ms, and this tree, events and check. */
  private int simulate(String tree, String events, String check, String... options)
      throws IOException {
    write(
        "case.json",
        "{'id': 'x', 'slots': 1, 'until': 10000, 'tree': "
            + tree
            + ", 'arrivals': [{'class': 'a', 'at': 0, 'count': 10, 'run': 100}], 'events': ["
            + events
            + "], 'checks': ["
            + check
            + "]}");
    String[] arguments = new String[options.length + 2];
    arguments[0] = "simulate";
    arguments[1] = "case.json";
    System.arraycopy(options, 0, arguments, 2, options.length);
    return execute(arguments);
  }

  private static final String TREE = "{'kind': 'drr', 'classes': [{'id': 'a'}, {'id': 'b'}]}";
  private static final String FINISH =
      "{'type': 'finish', 'sel': {}, 'count': 10, 'min': 1000, 'max': 1000}";

  @Test
  void shouldPassTheOpenCases() throws IOException {
    try (InputStream cases = getClass().getResourceAsStream("discipline-cases.json")) {
      Files.copy(cases, directory.resolve("cases.json"));
    }
    int exitCode = execute("simulate", "cases.json");
    assertThat(out()).doesNotContain("FAIL").contains("O01-htb-guarantees", "O14-slot-labels");
    assertThat(exitCode).isZero();
  }

  @Test
  void shouldGetTheNumbersOfTheRecipes() {
    Path recipes = Path.of("..", "docs", "recipes.json").toAbsolutePath();
    assertThat(execute("simulate", recipes.toString())).as(out()).isZero();
    assertThat(out()).contains("short-before-long");
  }

  @Test
  void shouldTellEachCheckWithValueAndRange() throws IOException {
    assertThat(simulate(TREE, "", FINISH)).isZero();
    assertThat(out()).contains("PASS  finish: 1000 in 1000 .. 1000");
    String late = "{'type': 'start', 'name': 'last', 'nth': 10, 'max': 850, 'expect': 800}";
    assertThat(simulate(TREE, "", late)).isEqualTo(ExitCode.FAILED);
    assertThat(out()).contains("FAIL  last: 900 at most 850 (expected 800)");
  }

  @Test
  void shouldAnswerInJson() throws IOException {
    simulate(TREE, "", FINISH + ", {'type': 'start', 'nth': 11, 'min': 1}", "--json");
    JsonNode answer = new ObjectMapper().readTree(out());
    assertThat(answer.at("/passed").asBoolean()).isTrue();
    assertThat(answer.at("/cases/0/checks/0/value").asDouble()).isEqualTo(1000);
    assertThat(answer.at("/cases/0/checks/1/value").isNull()).isTrue();
  }

  @Test
  void shouldNameWhatIsWrongInTheFile() throws IOException {
    assertThat(execute("simulate", "missing.json")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("simulate: there is no file missing.json");
    write("bad.json", "{'id': ");
    assertThat(execute("simulate", "bad.json")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("bad.json is not JSON", "line 1");

    assertThat(simulate(TREE, "", "{'type': 'serve'}")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("type must be one of served share", "not serve");
    assertThat(simulate(TREE, "", "{'type': 'served', 'form': 3}")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("has no field 'form'");
    assertThat(simulate(TREE, "{'at': 1, 'op': 'slots', 'slots': -2}", FINISH))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("slots must be a whole number of 0 or more, not -2");
    assertThat(simulate(TREE, "{'at': 1, 'op': 'stop'}", FINISH)).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("op must be change or slots, not stop");
  }

  @Test
  void shouldNameWhatIsWrongInTheTree() throws IOException {
    assertThat(simulate("{'kind': 'lifo'}", "", FINISH)).isEqualTo(ExitCode.FAILED);
    assertThat(out()).contains("FAIL", "kind must be", "not lifo");
    simulate("{'kind': 'drr', 'classes': [{'id': 'b'}]}", "", FINISH);
    assertThat(out()).contains("class must be a leaf of the tree (b), not 'a'");
    simulate("{'kind': 'drr', 'classes': [{'id': 'a', 'quantum': 0}]}", "", FINISH);
    assertThat(out()).contains("class a: quantum must be more than 0, not 0.0");
    simulate("{'kind': 'drr', 'classes': [{'id': 'a'}, {'id': 'a'}]}", "", FINISH);
    assertThat(out()).contains("two classes named 'a'");
    simulate("{'kind': 'tbf', 'id': 'a', 'rate': 'fast'}", "", FINISH);
    assertThat(out()).contains("rate must be a number, not fast");
    simulate(
        "{'kind': 'htb', 'classes': [{'id': 'r', 'rate': 5, 'classes': "
            + "[{'id': 'a', 'rate': 3}, {'id': 'b', 'rate': 4}]}]}",
        "",
        FINISH);
    assertThat(out()).contains("class r: its rate 5.0 is oversubscribed: a 3.0 + b 4.0 = 7.0");
  }

  @Test
  void shouldRefuseAWrongChangeAsAWholeAndGoOn() throws IOException {
    String changes =
        "{'at': 100, 'op': 'change', 'class': 'a', 'max_running': 1},"
            + "{'at': 100, 'op': 'change', 'class': 'b', 'quantum': -1}";
    assertThat(simulate(TREE, changes, FINISH)).isZero();
    assertThat(out()).contains("change at 100.0 ms refused: class b: quantum must be");
    simulate(TREE, "{'at': 100, 'op': 'change', 'class': 'c', 'quantum': 1}", FINISH);
    assertThat(out()).contains("class must be one of the tree's, not 'c'");
  }

  @Test
  void shouldReplaceADisciplineWhileItIsFull() throws IOException {
    String change =
        "{'at': 250, 'op': 'change', 'class': 'a', 'qdisc': {'kind': 'tbf', 'rate': 5,"
            + " 'burst': 0, 'qdisc': {'kind': 'sfq'}}},"
            + "{'at': 850, 'op': 'change', 'class': 'a', 'qdisc': {'kind': 'edf'}}";
    String checks =
        "{'type': 'order', 'sequence': ['a#0','a#1','a#2','a#3','a#4','a#5','a#6','a#7','a#8',"
            + "'a#9'], 'max': 0}, {'type': 'served', 'from': 250, 'to': 850, 'min': 3, 'max': 3},"
            + "{'type': 'eta', 'at': 300, 'max': 0}";
    assertThat(simulate(TREE, change, checks)).as(out()).isZero();
  }
}
