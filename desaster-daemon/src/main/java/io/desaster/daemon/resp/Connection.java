/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import io.desaster.api.error.ErrorCode;
import io.desaster.daemon.resp.wire.Args;
import io.desaster.daemon.resp.wire.MalformedException;
import io.desaster.daemon.resp.wire.RespParser;
import io.desaster.daemon.resp.wire.RespWriter;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: reads commands, begins them in order, and answers in the same order
 * whenever each is done. Everything happens in turns on the event loop, at the end of which all
 * that was written goes out at once; what other threads bring (answers, event messages) is put
 * aside and asks for a turn.
 *
 * <p>A turn stops taking commands, and the socket is not read, while the client leaves replies
 * unread, while too much is begun and not answered, while a read waits for earlier writes (or the
 * other way round), and while it is being found out who the client is. Memory is bounded by that.
 */
final class Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final int COMMANDS_PER_TURN = 1_024;

  private final RespServer server;
  private final EventLoop loop;
  private final NetSocket socket;
  private final Context context;
  private final Client client;
  private final RespParser parser;
  private final ArrayDeque<Call> pending = new ArrayDeque<>();
  private final Queue<Consumer<RespWriter>> messages = new ConcurrentLinkedQueue<>();
  private final AtomicInteger messageCount = new AtomicInteger();
  private final AtomicBoolean woken = new AtomicBoolean();

  private boolean inTurn;
  private boolean paused;
  private boolean askingOwner;
  private boolean starved; // the last turn took all that was complete
  private Access heldFor; // what the command at the head waits to do
  private int reads;
  private int writes;
  private long pendingBytes;
  private long bufferedBytes;
  private long receivedAtMillis;
  private long fullSinceMillis = -1;
  private CloseReason closing;
  private long closingSinceMillis;
  private boolean closed;

  private GatheringHandler<?> gatherer;
  private List<Call> gatheredCalls = List.of();
  private List<Object> gatheredItems = List.of();

  Connection(RespServer server, EventLoop loop, NetSocket socket, Context context, Client client) {
    this.server = server;
    this.loop = loop;
    this.socket = socket;
    this.context = context;
    this.client = client;
    RespLimits limits = server.options().limits();
    parser = new RespParser(limits.wordBytesMax(), limits.wordsMax());
    parser.strict(client.isStranger());
    receivedAtMillis = server.nowMillis();
    socket.setWriteQueueMaxSize(limits.outputBytesMax());
    socket.handler(this::received);
    socket.drainHandler(v -> turnSoon());
    socket.exceptionHandler(e -> LOG.debug("connection {}: {}", client.who(), e.toString()));
    socket.closeHandler(v -> closed());
  }

  Client client() {
    return client;
  }

  Args args() {
    return parser.args();
  }

  RespServer server() {
    return server;
  }

  private void received(Buffer data) {
    receivedAtMillis = server.nowMillis();
    server.stats().received.add(data.length());
    if (closing == null) {
      parser.feed(data);
      turn();
    }
  }

  /** Asks for a turn; from any thread. */
  void wake() {
    if (inTurn && Thread.currentThread() == loop.thread()) {
      return;
    }
    turnSoon();
  }

  private void turnSoon() {
    if (!woken.getAndSet(true)) {
      context.runOnContext(v -> turn());
    }
  }

  /** Puts a message aside that answers nothing; from any thread. */
  void push(Consumer<RespWriter> message) {
    if (messageCount.incrementAndGet() <= server.options().limits().messagesMax()) {
      messages.add(message);
    }
    wake();
  }

  private void turn() {
    woken.set(false);
    if (closed) {
      return;
    }
    inTurn = true;
    RespWriter out = loop.writer(client.resp3);
    try {
      answer(out);
      take(out);
      endGathering();
      answer(out);
    } catch (MalformedException e) {
      endGathering();
      refuseAndClose("ERR " + e.getMessage(), CloseReason.MALFORMED);
      answer(out);
    } finally {
      inTurn = false;
    }
    flush(out);
    settle();
  }

  private void take(RespWriter out) throws MalformedException {
    starved = false;
    heldFor = null;
    for (int i = 0; i < COMMANDS_PER_TURN && mayTake(); i++) {
      if (!parser.next()) {
        starved = true;
        return;
      }
      if (!begin(parser.args(), out)) {
        return;
      }
      if (out.size() > server.options().limits().outputBytesMax()) {
        flush(out);
      }
    }
  }

  private boolean mayTake() {
    RespLimits limits = server.options().limits();
    return closing == null
        && !askingOwner
        && pending.size() < limits.pendingMax()
        && pendingBytes < limits.pendingBytesMax()
        && !socket.writeQueueFull();
  }

  /** Begins a command; false if it must wait, or the connection ends. */
  private boolean begin(Args args, RespWriter out) {
    if (args.inline() && speaksHttp(args)) {
      close(CloseReason.HTTP);
      return false;
    }
    if (client.trust == Client.Trust.LOCAL && !mayStayUnknown(args)) {
      askOwner();
      parser.hold();
      return false;
    }
    if (client.trust == Client.Trust.REFUSED) {
      refuseAndClose("DENIED " + server.protectedText(), CloseReason.PROTECTED);
      return false;
    }
    Verb verb = null;
    Verbs.Group group = server.verbs().group(args);
    if (group != null) {
      verb = group.find(args);
    }
    Reply refusal = refusal(args, group, verb);
    if (refusal == null && mustWait(verb.access())) {
      heldFor = verb.access();
      parser.hold();
      return false;
    }
    server.stats().commands.increment();
    client.lastAtMillis = receivedAtMillis;
    Call call = new Call(this, verb, size(args));
    if (refusal != null) {
      call.reply(refusal);
    } else {
      client.lastVerb = verb.pipedName();
      if (server.audit().keeps(verb.audited())) {
        call.audited(server.audited(verb, args, client));
      }
      run(call, verb);
    }
    enqueue(call, out);
    return true;
  }

  private void enqueue(Call call, RespWriter out) {
    if (pending.isEmpty() && call.reply() != null) {
      write(call, out);
      return;
    }
    pending.add(call);
    pendingBytes += call.bytes;
    count(call, 1);
  }

  private void count(Call call, int change) {
    Access access = call.verb() == null ? Access.LOCAL : call.verb().access();
    if (access == Access.READ) {
      reads += change;
    } else if (access == Access.WRITE) {
      writes += change;
    }
  }

  private boolean mustWait(Access access) {
    return access == Access.READ && writes > 0 || access == Access.WRITE && reads > 0;
  }

  private Reply refusal(Args args, Verbs.Group group, Verb verb) {
    if (group == null) {
      return server.manual().unknownVerb(args);
    }
    if (verb == null || !verb.takes(args.count())) {
      if (args.count() == 2 && group.hasSubcommands() && args.is(1, "HELP")) {
        return server.manual().help(group);
      }
      return server.manual().wrongForm(args, group, verb);
    }
    if (!verb.is(Verb.Flag.NO_AUTH) && client.trust != Client.Trust.TRUSTED) {
      return server.authRefusal(client);
    }
    if (!client.resp3 && client.subscriptions() > 0 && !allowedWhileSubscribed(verb)) {
      return Reply.error(
          ErrorCode.ERR,
          "Can't execute '"
              + verb.pipedName()
              + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in"
              + " this context");
    }
    return null;
  }

  private static boolean allowedWhileSubscribed(Verb verb) {
    return verb.is(Verb.Flag.PUBSUB)
        || verb.name().equals("PING")
        || verb.name().equals("QUIT")
        || verb.name().equals("RESET");
  }

  private void run(Call call, Verb verb) {
    if (gatherer != null && verb.handler() != gatherer && verb.access() != Access.LOCAL) {
      endGathering();
    }
    try {
      verb.handler().handle(call);
    } catch (RuntimeException e) {
      call.reply(call.failed(e));
    }
  }

  <T> void gather(GatheringHandler<T> handler, Call call, T item) {
    if (gatherer != handler) {
      endGathering();
      gatherer = handler;
      // As many as the last time, most likely.
      gatheredCalls = new ArrayList<>(gatheredCalls.size());
      gatheredItems = new ArrayList<>(gatheredItems.size());
    }
    gatheredCalls.add(call);
    gatheredItems.add(item);
  }

  @SuppressWarnings("unchecked")
  private void endGathering() {
    if (gatherer == null) {
      return;
    }
    GatheringHandler<Object> handler = (GatheringHandler<Object>) gatherer;
    List<Call> calls = gatheredCalls;
    gatherer = null;
    try {
      handler.run(calls, gatheredItems);
    } catch (RuntimeException e) {
      calls.forEach(call -> call.reply(call.failed(e)));
    }
  }

  /** Writes what is ready: messages, and answers in the order of their commands. */
  private void answer(RespWriter out) {
    while (!socket.writeQueueFull()) {
      if (out.size() > server.options().limits().outputBytesMax()) {
        flush(out);
        continue;
      }
      Consumer<RespWriter> message = messages.poll();
      if (message != null) {
        messageCount.decrementAndGet();
        message.accept(out);
        continue;
      }
      Call head = pending.peek();
      if (head == null || head.reply() == null) {
        return;
      }
      pending.poll();
      pendingBytes -= head.bytes;
      count(head, -1);
      write(head, out);
    }
  }

  private void write(Call call, RespWriter out) {
    int before = out.size();
    Reply reply = call.reply();
    if (reply instanceof Reply.Error) {
      server.stats().errors.increment();
    }
    try {
      reply.writeTo(out);
    } catch (RuntimeException e) {
      out.truncate(before);
      call.failed(e).writeTo(out);
    }
    out.resp3(client.resp3);
  }

  private void flush(RespWriter out) {
    if (out.size() > 0) {
      server.stats().sent.add(out.size());
      socket.write(out.take());
    }
  }

  /** What follows from the state after a turn: end, pause, another turn. */
  private void settle() {
    long buffered = parser.bufferedBytes();
    boolean tooMuch = server.inputBytes(buffered - bufferedBytes);
    bufferedBytes = buffered;
    if (closing != null && pending.isEmpty()) {
      end();
      return;
    }
    if (messageCount.get() > server.options().limits().messagesMax()) {
      close(CloseReason.SLOW_SUBSCRIBER);
      return;
    }
    if (tooMuch && buffered > 64 * 1024) {
      refuseAndClose(
          "FULL commands received in part take too much memory over all connections; send smaller"
              + " ones, or fewer at once",
          CloseReason.MEMORY);
      turn();
      return;
    }
    boolean full = socket.writeQueueFull();
    if (!full) {
      fullSinceMillis = -1;
    } else if (fullSinceMillis < 0) {
      fullSinceMillis = server.nowMillis();
    }
    pause(!starved);
    if (!starved && mayTake() && (heldFor == null || !mustWait(heldFor))) {
      turnSoon();
    }
  }

  private void pause(boolean wanted) {
    if (wanted != paused) {
      paused = wanted;
      if (paused) {
        socket.pause();
      } else {
        socket.resume();
      }
    }
  }

  private void askOwner() {
    askingOwner = true;
    server
        .trust(client)
        .onComplete(
            known ->
                context.runOnContext(
                    v -> {
                      askingOwner = false;
                      parser.strict(client.isStranger());
                      turn();
                    }));
  }

  /** After AUTH. */
  void trusted() {
    client.trust = Client.Trust.TRUSTED;
    parser.strict(false);
  }

  /** After RESET. */
  void forgetTrust() {
    client.trust = server.firstTrust(client);
    parser.strict(client.isStranger());
  }

  private static boolean mayStayUnknown(Args args) {
    return args.is(0, "QUIT");
  }

  private static boolean speaksHttp(Args args) {
    return args.is(0, "POST")
        || args.is(0, "GET")
        || args.is(0, "HOST:")
        || args.count() == 3 && args.printable(2).startsWith("HTTP/");
  }

  private static int size(Args args) {
    int size = 64;
    for (int i = 0; i < args.count(); i++) {
      size += args.length(i);
    }
    return size;
  }

  private void refuseAndClose(String error, CloseReason reason) {
    Call call = new Call(this, null, 0);
    call.reply(out -> out.error(error));
    server.stats().errors.increment();
    pending.add(call);
    closeAfterAnswers(reason);
  }

  /** Takes no more commands and closes when those begun are answered. */
  void closeAfterAnswers(CloseReason reason) {
    if (closing == null) {
      closing = reason;
      closingSinceMillis = server.nowMillis();
    }
  }

  /** Closes at once, even if the client does not take what was written; on the event loop. */
  void close(CloseReason reason) {
    closeAfterAnswers(reason);
    if (!closed) {
      // NetSocket.close waits for what was written to be taken.
      ((NetSocketInternal) socket).channelHandlerContext().close();
    }
  }

  /** Closes at once; from any thread. */
  void closeSoon(CloseReason reason) {
    context.runOnContext(v -> close(reason));
  }

  private void end() {
    if (!closed) {
      socket.end();
    }
  }

  private void closed() {
    closed = true;
    server.closed(this, closing == null ? CloseReason.CLIENT : closing);
    pending.forEach(Call::abandon);
    pending.clear();
    client.unsubscribeAll();
    messages.clear();
    server.inputBytes(-bufferedBytes);
    bufferedBytes = 0;
    parser.clear();
  }

  /** Once a second: ends what takes too long. */
  void check(long nowMillis) {
    RespLimits limits = server.options().limits();
    if (closing != null) {
      if (nowMillis - closingSinceMillis > limits.stallMax().toMillis()) {
        close(closing);
      }
    } else if (starved
        && parser.incomplete()
        && nowMillis - receivedAtMillis > limits.silenceMax().toMillis()) {
      close(CloseReason.SILENT);
    } else if (fullSinceMillis >= 0 && nowMillis - fullSinceMillis > limits.stallMax().toMillis()) {
      close(CloseReason.STALLED);
    } else if (client.trust == Client.Trust.STRANGER
        && !client.onThisHost()
        && nowMillis - client.connectedAtMillis > limits.silenceMax().toMillis()) {
      close(CloseReason.STRANGER);
    }
  }
}
