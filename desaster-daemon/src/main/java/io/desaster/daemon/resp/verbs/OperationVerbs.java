/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.operation.Operation;
import io.desaster.api.wire.OperationFields;
import io.desaster.daemon.resp.Reply;
import io.desaster.daemon.resp.Verb;
import java.util.List;

/** OPERATION with its subcommands: what was begun with a FILTER. */
final class OperationVerbs {
  private static final String NO_OPERATION = "NOTFOUND there is no such operation (any more)";
  private static final String[] BEGIN = {
    "> QUEUE PUSH mail remote hello", "\"…\"", "> JOB CANCEL FILTER queue=mail", "…"
  };

  private final Desaster desaster;

  OperationVerbs(Desaster desaster) {
    this.desaster = desaster;
  }

  List<Verb> all() {
    return List.of(list(), show(), stop(), undo());
  }

  private Verb list() {
    return Verb.of("OPERATION LIST", "")
        .reads()
        .summary("Lists the operations that run and that ended lately, newest first.")
        .reply("an array of operations")
        .example(BEGIN)
        .example("> OPERATION LIST", "1) 1# \"id\" => (integer) 1", "…")
        .does(
            call ->
                call.reply(
                    desaster.operations().list(),
                    all -> Reply.of(all.stream().map(one -> OperationFields.of(one)).toList())));
  }

  private Verb show() {
    return Verb.of("OPERATION SHOW", "id")
        .reads()
        .summary("Tells how far an operation is.")
        .reply("the operation")
        .error(NO_OPERATION)
        .example(BEGIN)
        .example(
            "> OPERATION SHOW 1",
            "1# \"id\" => (integer) 1",
            "2# \"action\" => \"…\"",
            "3# \"filter\" => \"queue=mail\"",
            "4# \"state\" => \"…\"",
            "5# \"selected\" => (integer) 1",
            "…")
        .does(
            call -> {
              long id = id(new Words(call));
              call.reply(
                  desaster.operations().find(id),
                  found -> found.map(OperationVerbs::operation).orElseGet(() -> missing(id)));
            });
  }

  private static Reply operation(Operation operation) {
    return Reply.of(OperationFields.of(operation));
  }

  private static Reply missing(long id) {
    return Reply.error(
        ErrorCode.NOTFOUND,
        "there is no operation " + id + " (any more); OPERATION LIST shows those there are");
  }

  private Verb stop() {
    return Verb.of("OPERATION STOP", "id")
        .writes()
        .summary("Stops an operation; what is done stays done.")
        .reply("the operation")
        .error(NO_OPERATION)
        .error("STATE it has ended")
        .example(BEGIN)
        .example("> OPERATION STOP 1", "(error) STATE …")
        .does(
            call ->
                call.reply(
                    desaster.operations().stop(id(new Words(call))), OperationVerbs::operation));
  }

  private Verb undo() {
    return Verb.of("OPERATION UNDO", "id [BY who]")
        .writes()
        .summary("Takes back what an operation did, as far as the jobs are still as it left them.")
        .reply("the operation that does so")
        .error(NO_OPERATION)
        .error("STATE what it did cannot be taken back")
        .example(BEGIN)
        .example("> OPERATION UNDO 1", "…")
        .does(
            call -> {
              Words words = new Words(call);
              long id = id(words);
              String by = words.accept("BY") ? words.text("who") : call.client().who();
              words.end();
              call.reply(desaster.operations().undo(id, by), OperationVerbs::operation);
            });
  }

  private static long id(Words words) {
    return words.number("id", 1, Long.MAX_VALUE);
  }
}
