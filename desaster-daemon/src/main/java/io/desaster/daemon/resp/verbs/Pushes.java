/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.verbs;

import io.desaster.api.Desaster;
import io.desaster.api.job.JobId;
import io.desaster.api.job.JobOptions;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Submission;
import io.desaster.api.job.SubmitResult;
import io.desaster.api.wire.JobFields;
import io.desaster.api.wire.Push;
import io.desaster.api.wire.PushOptions;
import io.desaster.daemon.resp.Call;
import io.desaster.daemon.resp.GatheringHandler;
import io.desaster.daemon.resp.Reply;
import io.desaster.daemon.resp.wire.Args;
import java.util.ArrayList;
import java.util.List;

/** QUEUE PUSH: pushes that arrive together are submitted together. */
final class Pushes extends GatheringHandler<Push> {
  private static final int FIRST_OPTION = 5;

  private final Desaster desaster;
  private final int payloadBytesMax;
  private final Names names = new Names();

  Pushes(Desaster desaster, int payloadBytesMax) {
    this.desaster = desaster;
    this.payloadBytesMax = payloadBytesMax;
  }

  @Override
  protected Push item(Call call) {
    Args args = call.args();
    if (args.length(4) > payloadBytesMax) {
      throw new IllegalArgumentException(
          "payload of "
              + args.length(4)
              + " bytes for queue "
              + args.printable(2)
              + " is larger than the limit of "
              + payloadBytesMax
              + "; keep the data elsewhere and push where it is, or start the daemon with a larger"
              + " --max-payload");
    }
    String queue = names.text(args, 2);
    String kind = names.text(args, 3);
    byte[] payload = args.bytes(4);
    if (args.count() == FIRST_OPTION) {
      return new Push(new JobSpec(null, queue, kind, payload, JobOptions.DEFAULT), false);
    }
    byte[][] options = options(args);
    Push push = PushOptions.parse(queue, kind, payload, options, 0);
    if (push.spec().id() != null) {
      nameId(call, push.spec().id(), options);
    }
    return push;
  }

  private static void nameId(Call call, JobId id, byte[][] options) {
    for (int i = 0; i + 1 < options.length; i += 2) {
      if (options[i].length == 2 && (options[i][0] | 0x20) == 'i') {
        call.named(id, options[i + 1]);
      }
    }
  }

  private static byte[][] options(Args args) {
    byte[][] options = new byte[args.count() - FIRST_OPTION][];
    for (int i = 0; i < options.length; i++) {
      options[i] = args.bytes(FIRST_OPTION + i);
    }
    return options;
  }

  @Override
  protected void run(List<Call> calls, List<Push> pushes) {
    if (calls.size() == 1) {
      boolean full = pushes.get(0).fullReply();
      calls.get(0).reply(desaster.submit(pushes.get(0).spec()), done -> reply(done, full));
      return;
    }
    List<JobSpec> specs = new ArrayList<>(pushes.size());
    pushes.forEach(push -> specs.add(push.spec()));
    desaster
        .submitAll(specs)
        .whenComplete(
            (results, failure) -> {
              for (int i = 0; i < calls.size(); i++) {
                calls
                    .get(i)
                    .reply(
                        failure == null
                            ? reply(results.get(i), pushes.get(i).fullReply())
                            : calls.get(i).failed(failure));
              }
            });
  }

  private static Reply reply(SubmitResult result, boolean full) {
    return result.refusal() == null
        ? reply(result.submission(), full)
        : Reply.error(result.refusal());
  }

  private static Reply reply(Submission submission, boolean full) {
    return full ? Reply.of(JobFields.of(submission)) : Reply.of(submission.id());
  }
}
