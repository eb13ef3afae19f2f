/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.metrics.DesasterMeters;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.CompletionStage;

/** The meters of a desaster in the text format of Prometheus. */
final class PrometheusText {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final DesasterMeters meters;

  PrometheusText(Desaster desaster) {
    meters = new DesasterMeters(desaster);
    meters.bindTo(registry);
  }

  CompletionStage<String> scrape() {
    return meters.refresh().thenApply(done -> registry.scrape());
  }
}
