/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.desaster.core.discipline.cases.Case;
import io.desaster.core.discipline.cases.CaseRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code simulate}: what a tree of disciplines would do. */
@Command(
    name = "simulate",
    header = "Runs scenarios through the disciplines in virtual time and checks the results",
    description =
        "FILE is JSON: a tree, slots, arrivals and checks, or several of them as cases"
            + " (see docs/DISCIPLINES.md). Needs no daemon. Exits with 1 if a check fails.")
final class SimulateCommand implements Callable<Integer> {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private final Session session;

  @Parameters(paramLabel = "FILE", description = "the scenarios")
  private Path file;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "seed of the hash of flows, instead of those in the file")
  private Long seed;

  @Option(names = "--case", paramLabel = "ID", description = "only this case")
  private String only;

  SimulateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<CaseRunner.Result> results = new ArrayList<>();
    CaseRunner runner = new CaseRunner();
    for (Case scenario : read()) {
      if (only == null || only.equals(scenario.id())) {
        CaseRunner.Result result = runner.run(scenario, seed);
        results.add(result);
        if (!session.json()) {
          print(result);
        }
      }
    }
    if (results.isEmpty()) {
      throw new CliException(
          ExitCode.USAGE, "simulate: there is no case '" + only + "' in " + file);
    }
    boolean passed = results.stream().allMatch(CaseRunner.Result::passed);
    if (session.json()) {
      session
          .printer()
          .json(Map.of("passed", passed, "cases", results.stream().map(this::fields).toList()));
    }
    return passed ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<Case> read() {
    Path path = session.surroundings().workingDirectory().resolve(file);
    try {
      return Case.readAll(MAPPER.readValue(Files.readAllBytes(path), Object.class));
    } catch (JsonProcessingException e) {
      throw new CliException(
          ExitCode.USAGE,
          "simulate: " + file + " is not JSON: " + e.getOriginalMessage() + where(e),
          e);
    } catch (NoSuchFileException e) {
      throw new CliException(ExitCode.USAGE, "simulate: there is no file " + file, e);
    } catch (IOException e) {
      throw new CliException(ExitCode.USAGE, "simulate: cannot read " + file + ": " + e, e);
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, "simulate: " + file + ": " + e.getMessage(), e);
    }
  }

  private static String where(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : " in line " + e.getLocation().getLineNr() + " column " + e.getLocation().getColumnNr();
  }

  private void print(CaseRunner.Result result) {
    Printer printer = session.printer();
    printer.line(result.id() + (result.title().isEmpty() ? "" : "  " + result.title()));
    if (!result.rejection().isEmpty()) {
      printer.line("  " + word(result.passed()) + "  configuration refused: " + result.rejection());
    }
    result.refusals().forEach(refusal -> printer.line("  " + refusal));
    for (CaseRunner.CheckResult check : result.checks()) {
      printer.line(
          "  "
              + word(check.passed())
              + "  "
              + check.name()
              + ": "
              + text(check.value())
              + range(check));
    }
  }

  private static String word(boolean passed) {
    return passed ? "PASS" : "FAIL";
  }

  private static String range(CaseRunner.CheckResult check) {
    StringBuilder range = new StringBuilder();
    if (check.min() != Double.NEGATIVE_INFINITY && check.max() != Double.POSITIVE_INFINITY) {
      range.append(" in ").append(text(check.min())).append(" .. ").append(text(check.max()));
    } else if (check.min() != Double.NEGATIVE_INFINITY) {
      range.append(" at least ").append(text(check.min()));
    } else if (check.max() != Double.POSITIVE_INFINITY) {
      range.append(" at most ").append(text(check.max()));
    }
    if (!Double.isNaN(check.expect())) {
      range.append(" (expected ").append(text(check.expect())).append(')');
    }
    return range.toString();
  }

  /** Three digits after the point are a microsecond of a millisecond; fewer if they are zeros. */
  private static String text(double value) {
    if (Double.isNaN(value)) {
      return "nothing";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "never" : "-never";
    }
    return String.format(Locale.ROOT, "%.4f", value).replaceAll("\\.?0+$", "");
  }

  private Map<String, Object> fields(CaseRunner.Result result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", result.id());
    fields.put("title", result.title());
    fields.put("passed", result.passed());
    if (!result.rejection().isEmpty()) {
      fields.put("rejection", result.rejection());
    }
    if (!result.refusals().isEmpty()) {
      fields.put("refusals", result.refusals());
    }
    fields.put("checks", result.checks().stream().map(SimulateCommand::fields).toList());
    return fields;
  }

  /** What is infinite or nothing is null in JSON. */
  private static Map<String, Object> fields(CaseRunner.CheckResult check) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", check.type());
    fields.put("name", check.name());
    fields.put("value", finite(check.value()));
    fields.put("expect", finite(check.expect()));
    fields.put("min", finite(check.min()));
    fields.put("max", finite(check.max()));
    fields.put("passed", check.passed());
    return fields;
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
