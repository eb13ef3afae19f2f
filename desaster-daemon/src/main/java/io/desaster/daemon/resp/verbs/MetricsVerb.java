/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.daemon.resp.Reply;
import io.desaster.daemon.resp.Verb;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * METRICS. The library is loaded when somebody asks for the first time, for that takes longer than
 * a daemon may take to start.
 */
final class MetricsVerb {
  private final Desaster desaster;
  private CompletionStage<PrometheusText> text;

  MetricsVerb(Desaster desaster) {
    this.desaster = desaster;
  }

  List<Verb> all() {
    return List.of(
        Verb.of("METRICS", "")
            .reads()
            .summary("Tells the metrics of this daemon in the text format of Prometheus.")
            .reply("text")
            .note(
                "Counters of jobs (`desaster_jobs_total`) count since their queue was made, all"
                    + " others since the daemon started. Ratios of classes are those of TREE STATS"
                    + " over the last minute. Applications that embed desaster, or have a Java"
                    + " client, bind `DesasterMeters` to a registry of Micrometer instead.")
            .example("> QUEUE CREATE mail remote", "…", "> METRICS", "# HELP desaster_…", "…")
            .does(
                call ->
                    call.reply(
                        text().thenCompose(PrometheusText::scrape),
                        metrics -> Reply.verbatim(metrics))));
  }

  private synchronized CompletionStage<PrometheusText> text() {
    if (text == null) {
      text = CompletableFuture.supplyAsync(() -> new PrometheusText(desaster));
    }
    return text;
  }
}
