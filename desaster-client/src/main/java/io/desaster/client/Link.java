/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Carries requests to one of the hosts in the order given, over one connection at a time. What the
 * loop finds waiting goes out in one write, so that many callers share a packet and a lone one
 * waits for nobody. When the connection is lost, or its oldest request gets no answer in time, the
 * next host is tried, with back-off after each round; requests that may be repeated go along, the
 * others are answered UNKNOWN. A host without a master or quorum is left for the next one.
 *
 * <p>{@link #send} may be called from any thread; everything else happens on the loop.
 */
final class Link {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);

  /** Requests on the way at once; the rest waits here instead of in the buffers of the network. */
  private static final int WINDOW = 4_096;

  private static final long TICK_MILLIS = 100;

  private final Transport transport;
  private final EventLoop loop;
  private final ClientSettings settings;
  private final Queue<Request<?>> arrivals = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();

  private final ArrayDeque<Request<?>> pending = new ArrayDeque<>();
  private Session session;
  private boolean connecting;
  private boolean ticking;
  private boolean closed;
  private int hostIndex;
  private int failures;
  private DesasterException lastFailure;
  private Runnable beforeWrite = () -> {};
  private Consumer<Session> onConnected;

  Link(Transport transport, ClientSettings settings) {
    this.transport = transport;
    this.loop = transport.loop();
    this.settings = settings;
  }

  /** Called on the loop each time before waiting requests are written; may {@link #send} more. */
  void beforeWrite(Runnable action) {
    beforeWrite = action;
  }

  /**
   * Keeps the link connected even when there is nothing to ask.
   *
   * @param action called on the loop with each new connection, before anything is sent on it
   */
  void keepConnected(Consumer<Session> action) {
    onLoop(
        () -> {
          onConnected = action;
          connect();
        });
  }

  /** Whether the client closes, and all its connections with it. */
  boolean isClientClosing() {
    return transport.isClosing();
  }

  boolean isLoop() {
    return loop.inEventLoop();
  }

  void onLoop(Runnable action) {
    if (loop.inEventLoop()) {
      action.run();
      return;
    }
    try {
      loop.execute(action);
    } catch (RejectedExecutionException e) {
      // The client was closed: there is no loop left that it could disturb.
      action.run();
    }
  }

  /** Runs the action when the loop has done what it is at, unless the client is closed. */
  void afterwards(Runnable action) {
    try {
      loop.execute(action);
    } catch (RejectedExecutionException e) {
      LOG.trace("the loop is closed, and with it all connections", e);
    }
  }

  /** Runs the action on the loop after a time, unless the client is closed before. */
  void later(Runnable action, long millis) {
    loop.schedule(
        () -> {
          if (!closed) {
            action.run();
          }
        },
        millis,
        TimeUnit.MILLISECONDS);
  }

  <T> Request<T> send(Request<T> request) {
    arrivals.add(request);
    wake();
    return request;
  }

  /** Writes what waits soon. */
  void wake() {
    if (woken.compareAndSet(false, true)) {
      try {
        loop.execute(this::drain);
      } catch (RejectedExecutionException e) {
        woken.set(false);
        failAll(arrivals, ErrorCode.STATE, "this client is closed");
      }
    }
  }

  private void drain() {
    woken.set(false);
    beforeWrite.run();
    for (Request<?> request = arrivals.poll(); request != null; request = arrivals.poll()) {
      pending.add(request);
    }
    write();
  }

  private void write() {
    if (closed) {
      failAll(pending, ErrorCode.STATE, "this client is closed");
      return;
    }
    if (pending.isEmpty()) {
      return;
    }
    tickLater();
    if (session == null) {
      connect();
      return;
    }
    long now = System.nanoTime();
    List<Request<?>> batch = new ArrayList<>(Math.min(pending.size(), WINDOW));
    while (session.inFlight() + batch.size() < WINDOW && !pending.isEmpty()) {
      Request<?> request = pending.poll();
      if (!request.answer.isDone()) {
        batch.add(request);
      }
    }
    if (!batch.isEmpty()) {
      session.send(batch, now);
    }
  }

  /** A reply has come. */
  void answered(Call call) {
    Request<?> request = call.request;
    failures = 0;
    if (call.getOutput().hasError()) {
      refused(request, Failures.refusal(call.getOutput().getError()));
    } else {
      request.succeed(call.getOutput().get());
    }
    if (!pending.isEmpty() && session != null && session.inFlight() <= WINDOW / 2) {
      write();
    }
  }

  private void refused(Request<?> request, DesasterException refusal) {
    boolean nothingHappened = Failures.nothingHappened(refusal.code());
    boolean again =
        nothingHappened
            || refusal.code() == ErrorCode.UNKNOWN && request.again != Request.Again.NEVER;
    long waitMillis = Backoff.millis(++request.refusals);
    long restNanos = request.deadlineNanos - System.nanoTime();
    if (!again || restNanos < TimeUnit.MILLISECONDS.toNanos(waitMillis)) {
      request.answer.completeExceptionally(refusal);
      return;
    }
    loop.schedule(() -> send(request), waitMillis, TimeUnit.MILLISECONDS);
    if (nothingHappened && settings.hosts().size() > 1 && session != null) {
      session.end("it answered " + refusal);
    }
  }

  /** The connection is gone; these were on the way. */
  void lost(Session lost, List<Request<?>> unanswered, String why) {
    if (lost != session) {
      return;
    }
    LOG.atLevel(closed ? Level.DEBUG : Level.INFO)
        .log(
            "connection to {} is lost ({}); {} requests had no answer yet",
            lost.host(),
            why,
            unanswered.size());
    session = null;
    failures++;
    lastFailure =
        new DesasterException(
            ErrorCode.UNKNOWN, "the connection to " + lost.host() + " was lost: " + why);
    hostIndex = (hostIndex + 1) % settings.hosts().size();
    for (int i = unanswered.size() - 1; i >= 0; i--) {
      interrupted(unanswered.get(i), lost, why);
    }
    reconnectIfNeeded();
  }

  private void interrupted(Request<?> request, Session lost, String why) {
    if (request.answer.isDone()) {
      return;
    }
    if (request.again == Request.Again.NEVER || closed) {
      request.fail(
          ErrorCode.UNKNOWN,
          "the connection to "
              + lost.host()
              + " was lost before the answer came ("
              + why
              + "); look whether it was done before you ask again");
    } else {
      pending.addFirst(request);
    }
  }

  private void reconnectIfNeeded() {
    if (closed || pending.isEmpty() && onConnected == null) {
      return;
    }
    tickLater();
    int rounds = failures / settings.hosts().size();
    if (rounds == 0) {
      connect();
    } else {
      connecting = true;
      loop.schedule(
          () -> {
            connecting = false;
            connect();
          },
          Backoff.millis(rounds),
          TimeUnit.MILLISECONDS);
    }
  }

  private void connect() {
    if (connecting || closed || session != null) {
      return;
    }
    connecting = true;
    Address host = settings.hosts().get(hostIndex);
    transport
        .open(host)
        .whenCompleteAsync(
            (connection, failure) -> {
              connecting = false;
              if (failure == null) {
                connected(new Session(connection, host, this));
              } else {
                notConnected(host, Failures.connecting(host, failure));
              }
            },
            loop);
  }

  private void connected(Session fresh) {
    session = fresh;
    if (closed || !fresh.open()) {
      fresh.end("it was closed at once");
      return;
    }
    LOG.debug("connected to {}", fresh.host());
    if (onConnected != null) {
      onConnected.accept(fresh);
    }
    write();
  }

  private void notConnected(Address host, DesasterException failure) {
    LOG.debug("{}", failure.getMessage());
    failures++;
    lastFailure = failure;
    hostIndex = (hostIndex + 1) % settings.hosts().size();
    if (failures >= settings.hosts().size()) {
      // If the key is wrong everywhere, waiting does not help.
      boolean hopeless = failure.code() != ErrorCode.NOMASTER;
      pending.removeIf(
          request ->
              (hopeless || request.onlyIfUp) && request.answer.completeExceptionally(failure));
    }
    reconnectIfNeeded();
  }

  private void tickLater() {
    if (!ticking && !closed) {
      ticking = true;
      loop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void tick() {
    ticking = false;
    long now = System.nanoTime();
    pending.removeIf(
        request -> {
          boolean over = now - request.deadlineNanos > 0;
          if (over) {
            expire(request);
          }
          return over || request.answer.isDone();
        });
    if (session != null) {
      session.expired(now).forEach(this::expire);
      Call overdue = session.findOverdue(now);
      if (overdue != null) {
        session.end(
            "no answer to "
                + overdue.request.what()
                + " within "
                + TimeUnit.NANOSECONDS.toSeconds(overdue.request.tryNanos)
                + " s");
      }
    }
    if (!pending.isEmpty() || session != null && session.inFlight() > 0) {
      tickLater();
    }
  }

  private void expire(Request<?> request) {
    String hosts =
        settings.hosts().stream().map(Address::toString).collect(Collectors.joining(", "));
    String last = lastFailure == null ? "no answer" : lastFailure.getMessage();
    if (request.harmless()) {
      request.fail(ErrorCode.NOMASTER, "no answer in time from " + hosts + " (last: " + last + ")");
    } else {
      request.fail(
          ErrorCode.UNKNOWN,
          "no answer in time from "
              + hosts
              + " (last: "
              + last
              + "); it may or may not have been done, ask again with the same id");
    }
  }

  private static void failAll(Queue<Request<?>> requests, ErrorCode code, String why) {
    for (Request<?> request = requests.poll(); request != null; request = requests.poll()) {
      request.fail(code, why);
    }
  }

  /**
   * Ends it; what has no answer fails.
   *
   * @return completes when that is done
   */
  CompletableFuture<Void> close() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    onLoop(
        () -> {
          closed = true;
          if (session != null) {
            session.end("this client was closed");
          }
          failAll(arrivals, ErrorCode.STATE, "this client is closed");
          failAll(pending, ErrorCode.STATE, "this client is closed");
          done.complete(null);
        });
    return done;
  }
}
