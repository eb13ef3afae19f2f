/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** One living connection and what is on the way on it. Only touched on the client's loop. */
final class Session {
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final Address host;
  private final Link link;
  private final ArrayDeque<Call> inFlight = new ArrayDeque<>();
  private boolean over;

  Session(StatefulRedisConnection<byte[], byte[]> connection, Address host, Link link) {
    this.connection = connection;
    this.host = host;
    this.link = link;
    connection.addListener(
        new RedisConnectionStateListener() {
          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
            link.onLoop(() -> end("the connection was closed"));
          }
        });
  }

  Address host() {
    return host;
  }

  StatefulRedisConnection<byte[], byte[]> connection() {
    return connection;
  }

  boolean open() {
    return !over && connection.isOpen();
  }

  int inFlight() {
    return inFlight.size();
  }

  /** Sends requests in one write. */
  void send(List<Request<?>> requests, long nowNanos) {
    List<Call> calls = new ArrayList<>(requests.size());
    for (Request<?> request : requests) {
      request.tries++;
      Call call = new Call(request, this, nowNanos);
      inFlight.add(call);
      calls.add(call);
    }
    connection.dispatch(calls);
  }

  /** Sends something that has no reply. */
  void tell(CommandWriter command) {
    if (open()) {
      connection.dispatch(new Telling(command));
    }
  }

  void answered(Call call) {
    if (inFlight.peek() == call) {
      inFlight.poll();
    } else {
      inFlight.remove(call);
    }
    link.answered(call);
  }

  void failed(Call call, Throwable failure) {
    end(String.valueOf(Failures.rootOf(failure).getMessage()));
  }

  /** The call that waits longer than it may, or null. */
  Call findOverdue(long nowNanos) {
    for (Call call : inFlight) {
      if (nowNanos - call.sentNanos > call.request.tryNanos) {
        return call;
      }
    }
    return null;
  }

  /** Requests on the way whose own time is over; their replies will be dropped. */
  List<Request<?>> expired(long nowNanos) {
    List<Request<?>> expired = new ArrayList<>();
    for (Call call : inFlight) {
      if (nowNanos - call.request.deadlineNanos > 0 && !call.request.answer.isDone()) {
        expired.add(call.request);
      }
    }
    return expired;
  }

  /** Closes it and gives back what is on the way. */
  void end(String why) {
    if (over) {
      return;
    }
    over = true;
    List<Request<?>> unanswered = new ArrayList<>(inFlight.size());
    inFlight.forEach(call -> unanswered.add(call.request));
    inFlight.clear();
    // If it is being closed by the other side, Lettuce is just at it.
    link.afterwards(this::closeConnection);
    link.lost(this, unanswered, why);
  }

  private void closeConnection() {
    if (connection.isOpen() && !link.isClientClosing()) {
      connection.closeAsync();
    }
  }
}
