/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.daemon.resp.Verb;
import io.desaster.daemon.resp.Verbs;
import java.util.ArrayList;
import java.util.List;

/** Puts a {@link Desaster} on the wire. */
public final class DesasterVerbs {
  private DesasterVerbs() {}

  /**
   * The verbs that do what {@code desaster} can.
   *
   * @param payloadBytesMax larger payloads are refused
   */
  public static Verbs of(Desaster desaster, int payloadBytesMax) {
    List<Verb> all = new ArrayList<>();
    all.addAll(new QueueVerbs(desaster, payloadBytesMax).all());
    all.addAll(new JobVerbs(desaster).all());
    all.addAll(new JobActionVerbs(desaster).all());
    all.addAll(new WorkVerbs(desaster).all());
    all.addAll(new CoolDownVerbs(desaster).all());
    all.addAll(new TreeVerbs(desaster).all());
    all.addAll(new NodeVerbs(desaster).all());
    all.addAll(new OperationVerbs(desaster).all());
    all.addAll(new AuditVerbs(desaster).all());
    all.addAll(new MetricsVerb(desaster).all());
    return new Verbs(all, desaster::info, desaster.events());
  }
}
