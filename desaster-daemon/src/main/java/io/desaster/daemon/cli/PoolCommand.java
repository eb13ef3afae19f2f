/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.cli;

import io.desaster.api.node.PoolInfo;
import io.desaster.api.wire.NodeFields;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pool}: the slots of a kind on a node. */
@Command(name = "pool", header = "Shows and sizes pools, the slots of a kind on a node")
final class PoolCommand {
  private final Session session;

  PoolCommand(Session session) {
    this.session = session;
  }

  @Command(name = "list", header = "Lists all pools")
  int list() {
    List<PoolInfo> pools = session.get(session.desaster().nodes().pools());
    if (session.json()) {
      session.printer().json(pools.stream().map(NodeFields::of).toList());
    } else {
      session.printer().table(table(pools));
    }
    return ExitCode.OK;
  }

  static Table table(List<PoolInfo> pools) {
    Table table = new Table("POOL", "USED", "SLOTS", "MIN", "MAX", "LABELS");
    for (PoolInfo pool : pools) {
      table.row(
          pool.name(),
          pool.used(),
          pool.slots(),
          pool.slotsMin(),
          pool.slotsMax(),
          String.join(" ", pool.labels()));
    }
    return table;
  }

  @Command(name = "set", header = "Sets the slots of a pool; equal numbers do not scale")
  int set(
      @Parameters(paramLabel = "POOL", description = "for example shell@web1") String pool,
      @Option(names = "--min", paramLabel = "NUMBER", required = true, description = "never fewer")
          int min,
      @Option(names = "--max", paramLabel = "NUMBER", required = true, description = "never more")
          int max) {
    PoolInfo changed = session.get(session.desaster().nodes().setSlots(pool, min, max));
    if (session.json()) {
      session.printer().json(NodeFields.of(changed));
    } else {
      session.printer().table(table(List.of(changed)));
    }
    return ExitCode.OK;
  }
}
