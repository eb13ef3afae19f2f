/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.Desaster;
import io.desaster.api.Events;
import io.desaster.api.Jobs;
import io.desaster.api.Nodes;
import io.desaster.api.Operations;
import io.desaster.api.Queues;
import io.desaster.api.RemoteWork;
import io.desaster.api.Trees;
import io.desaster.api.audit.AuditEntry;
import io.desaster.api.audit.AuditQuery;
import io.desaster.api.error.DesasterException;
import io.desaster.api.job.JobSpec;
import io.desaster.api.job.Submission;
import io.desaster.api.job.SubmitResult;
import io.desaster.api.wire.AuditFields;
import io.desaster.api.wire.Times;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * A {@link Desaster} on the other side of a connection. Safe for use by many threads; one is enough
 * for an application, since requests of all threads share its connection and travel together.
 *
 * <p>Lost connections are made again by themselves, to the next of the hosts. Submits carry an id
 * and are sent again with it until they are answered or {@code retryFor} is over, so a job is there
 * once, whatever is lost; so are other changes that may be repeated. A change that may not be
 * repeated and whose answer is lost fails with UNKNOWN. Reads fail with NOMASTER if there is no
 * answer in time. Stages complete on the client's loop, which must not be blocked.
 */
public final class DesasterClient implements Desaster {
  private final ClientSettings settings;
  private final Transport transport;
  private final Asking asking;
  private final SideLinks sideLinks;
  private final Submits submits;
  private final ClientJobs jobs;
  private final ClientQueues queues;
  private final ClientNodes nodes;
  private final ClientTrees trees;
  private final ClientOperations operations;
  private final ClientWork work;
  private final ClientEvents events;

  private DesasterClient(ClientSettings settings) {
    this.settings = settings;
    transport = new Transport(settings);
    asking = newAsking();
    sideLinks = new SideLinks(this::newAsking);
    submits = new Submits(asking);
    jobs = new ClientJobs(asking, sideLinks);
    queues = new ClientQueues(asking);
    nodes = new ClientNodes(asking);
    trees = new ClientTrees(asking);
    operations = new ClientOperations(asking);
    work = new ClientWork(asking, sideLinks);
    events = new ClientEvents(this::newLink, settings);
  }

  private Link newLink() {
    return new Link(transport, settings);
  }

  private Asking newAsking() {
    return new Asking(newLink(), settings);
  }

  /**
   * Connects with default settings.
   *
   * @param uri {@code desaster://key@host:2691,host2:2691}; without key for the default key on this
   *     host, without port 2691
   * @throws IllegalArgumentException if the URI is not one
   * @throws DesasterException NOMASTER if no host can be reached, WRONGPASS, NOAUTH or DENIED if
   *     they refuse
   */
  public static DesasterClient connect(String uri) {
    return builder(uri).connect();
  }

  /**
   * Begins a client with other settings.
   *
   * @throws IllegalArgumentException if the URI is not one
   */
  public static Builder builder(String uri) {
    return new Builder(ClientUri.parse(uri));
  }

  /**
   * Connects to the daemon of this host as the environment describes it, and starts it if nothing
   * listens.
   *
   * @throws DesasterException NOMASTER if it cannot be started or does not answer in time
   */
  public static DesasterClient ensureRunning() {
    return ensureRunning(LocalDaemon.fromEnvironment());
  }

  /** The same for a daemon that is described otherwise. */
  public static DesasterClient ensureRunning(LocalDaemon daemon) {
    daemon.ensureRunning();
    return builder(daemon.uri()).key(daemon.key()).connect();
  }

  @Override
  public CompletionStage<Submission> submit(JobSpec spec) {
    return submits.submit(spec);
  }

  @Override
  public CompletionStage<List<SubmitResult>> submitAll(List<JobSpec> specs) {
    return submits.submitAll(specs);
  }

  @Override
  public Jobs jobs() {
    return jobs;
  }

  @Override
  public Queues queues() {
    return queues;
  }

  @Override
  public Trees trees() {
    return trees;
  }

  @Override
  public Nodes nodes() {
    return nodes;
  }

  @Override
  public Operations operations() {
    return operations;
  }

  @Override
  public RemoteWork remoteWork() {
    return work;
  }

  @Override
  public Events events() {
    return events;
  }

  @Override
  public CompletionStage<List<AuditEntry>> audit(AuditQuery query) {
    CommandWriter command =
        CommandWriter.of("AUDIT", "LIST").add("AFTER").add(query.after()).add("LIMIT");
    command.add(query.limit()).addIfAny("WHO", query.who()).addIfAny("VERB", query.verb());
    query.since().ifPresent(since -> command.add("SINCE").add(Times.write(since)));
    return asking.read(command, reply -> Replies.each(reply, AuditFields::readEntry));
  }

  @Override
  public CompletionStage<Map<String, String>> info() {
    return asking.read(CommandWriter.of("INFO"), ClientInfo::read);
  }

  /**
   * Begins a worker for jobs of kind {@code remote}.
   *
   * @param name what the daemon calls it, the same for its whole life and not that of another
   */
  public RemoteWorker.Builder worker(String name) {
    return new RemoteWorker.Builder(name, newLink(), work, settings);
  }

  private DesasterClient ping() {
    try {
      asking.ifUp(CommandWriter.of("PING"), Replies::nothing).join();
      return this;
    } catch (CompletionException e) {
      close();
      throw Failures.of(e);
    }
  }

  /** Closes its connections; what was not answered fails. */
  @Override
  public void close() {
    transport.closeSoon();
    events.close();
    sideLinks.close();
    CompletableFuture<Void> closed = asking.link().close();
    closed.whenComplete((done, failure) -> transport.close());
  }

  /** Collects a client's settings. */
  public static final class Builder {
    private final ClientUri uri;
    private String key;
    private String name = "java-" + ProcessHandle.current().pid();
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration answerTimeout = Duration.ofSeconds(10);
    private Duration retryFor = Duration.ofSeconds(30);

    private Builder(ClientUri uri) {
      this.uri = uri;
      this.key = uri.key();
    }

    /** The group's key, instead of one in the URI. */
    public Builder key(String key) {
      this.key = Objects.requireNonNull(key);
      return this;
    }

    /** What the daemon calls this client in its lists and records, without blanks. */
    public Builder name(String name) {
      this.name = Objects.requireNonNull(name);
      return this;
    }

    /** Time to connect to one host, 5 s if not set. */
    public Builder connectTimeout(Duration timeout) {
      this.connectTimeout = positive("connectTimeout", timeout);
      return this;
    }

    /**
     * Time for one answer, 10 s if not set. After it the connection counts as dead; reads and
     * changes that must not be repeated fail.
     */
    public Builder answerTimeout(Duration timeout) {
      this.answerTimeout = positive("answerTimeout", timeout);
      return this;
    }

    /** How long submits and other repeatable changes are tried, 30 s if not set. */
    public Builder retryFor(Duration time) {
      this.retryFor = positive("retryFor", time);
      return this;
    }

    private static Duration positive(String what, Duration value) {
      if (value.isZero() || value.isNegative()) {
        throw new IllegalArgumentException(what + " must be positive, not " + value);
      }
      return value;
    }

    /**
     * Connects.
     *
     * @throws DesasterException NOMASTER if no host can be reached, WRONGPASS, NOAUTH or DENIED if
     *     they refuse
     */
    public DesasterClient connect() {
      return new DesasterClient(
              new ClientSettings(uri.hosts(), key, name, connectTimeout, answerTimeout, retryFor))
          .ping();
    }
  }
}
