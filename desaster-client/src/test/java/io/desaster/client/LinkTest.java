/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.desaster.api.error.DesasterException;
import io.desaster.api.error.ErrorCode;
import io.desaster.api.wire.Fields;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The behaviour of connections, against a server that is killed, frozen and started again. */
class LinkTest {
  @TempDir Path directory;
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  @Test
  void shouldAnswerManyRequestsInTheirOrder() {
    Link link = link("", redis().address());
    List<CompletableFuture<Object>> answers = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      answers.add(ask(link, Request.Again.SAFE, "INCR", "counter"));
    }
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).join()).isEqualTo(i + 1L);
    }
  }

  @Test
  void shouldBuildAllKindsOfReplies() {
    Link link = link("", redis().address());
    String script =
        "redis.setresp(3) return {1, 'two', {map={a={map={b={1,{}}}}}}, false, true, {double=1.5}}";

    Object reply = ask(link, Request.Again.READ, "EVAL", script, "0").join();

    assertThat(reply).asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST).hasSize(6);
    List<?> list = (List<?>) reply;
    assertThat(list.get(0)).isEqualTo(1L);
    assertThat(list.get(1)).isEqualTo("two".getBytes(StandardCharsets.UTF_8));
    assertThat(list.get(2)).isEqualTo(Map.of("a", Map.of("b", List.of(1L, List.of()))));
    assertThat(list.get(3)).isIn(null, false);
    assertThat(list.get(4)).isEqualTo(true);
    assertThat(list.get(5)).isEqualTo(1.5);
    assertThat(ask(link, Request.Again.READ, "GET", "nothing").join()).isNull();
    assertThat(ask(link, Request.Again.READ, "LRANGE", "nothing", "0", "1").join())
        .isEqualTo(List.of());
    assertThat(ask(link, Request.Again.READ, "HGETALL", "nothing").join()).isEqualTo(Map.of());
  }

  @Test
  void shouldTellTheCodeOfARefusal() {
    Link link = link("", redis().address());

    DesasterException refusal = refusal(ask(link, Request.Again.SAFE, "NONSENSE"));

    assertThat(refusal.code()).isEqualTo(ErrorCode.ERR);
    assertThat(refusal).hasMessageStartingWith("unknown command");
  }

  @Test
  void shouldRepeatOnlyWhatMayBeRepeatedAfterTheServerWasKilled() {
    RedisProcess redis = redis();
    Link link = link("", redis.address());
    CompletableFuture<Object> safe = ask(link, Request.Again.SAFE, "BLPOP", "safe", "0");
    CompletableFuture<Object> once = ask(link, Request.Again.NEVER, "BLPOP", "once", "0");
    awaitBlockedClient(redis);

    redis.kill();

    assertThat(refusal(once).code()).isEqualTo(ErrorCode.UNKNOWN);
    assertThat(refusal(once)).hasMessageContaining("look whether it was done");
    redis.start();
    assertThat(ask(link("", redis.address()), Request.Again.SAFE, "RPUSH", "safe", "x").join())
        .isEqualTo(1L);
    assertThat((List<?>) safe.join()).hasSize(2);
  }

  @Test
  void shouldGoToTheNextHostWhenTheFirstIsGone() {
    RedisProcess first = redis();
    RedisProcess second = redis();
    Link link = link("", first.address(), second.address());
    ask(link, Request.Again.SAFE, "SET", "where", "first").join();
    ask(link("", second.address()), Request.Again.SAFE, "SET", "where", "second").join();

    first.kill();

    assertThat(Fields.textOf(ask(link, Request.Again.READ, "GET", "where").join()))
        .isEqualTo("second");
  }

  @Test
  void shouldLeaveAHostThatDoesNotAnswerInTime() {
    RedisProcess frozen = redis();
    RedisProcess well = redis();
    Link link = link("", frozen.address(), well.address());
    ask(link, Request.Again.SAFE, "PING").join();

    frozen.signal("STOP");
    CompletableFuture<Object> once = ask(link, Request.Again.NEVER, "INCR", "n");

    assertThat(Fields.textOf(ask(link, Request.Again.SAFE, "SET", "a", "b").join()))
        .isEqualTo("OK");
    assertThat(refusal(once).code()).isEqualTo(ErrorCode.UNKNOWN);
    assertThat(refusal(once)).hasMessageContaining("no answer to INCR");
    frozen.signal("CONT");
  }

  @Test
  void shouldSayThatNobodyAnswersWhenTheTimeIsOver() {
    Address nobody = new Address("127.0.0.1", RedisProcess.freePort());
    Link link = link("", nobody);

    DesasterException refusal = refusal(ask(link, Request.Again.SAFE, "SET", "a", "b"));

    assertThat(refusal.code()).isEqualTo(ErrorCode.NOMASTER);
    assertThat(refusal)
        .hasMessageContaining("SET: no answer in time from " + nobody)
        .hasMessageContaining("nothing listens there");
  }

  @Test
  void shouldComeBackToAServerThatIsStartedLater() {
    RedisProcess redis = redis();
    redis.kill();
    Link link = link("", redis.address());
    CompletableFuture<Object> answer = ask(link, Request.Again.NEVER, "INCR", "n");

    redis.start();

    assertThat(answer.join()).isEqualTo(1L);
  }

  @Test
  void shouldTellAWrongKeyAtOnce() {
    RedisProcess redis = redis("--requirepass", "secret");

    assertThat(ask(link("secret", redis.address()), Request.Again.SAFE, "PING").join()).isNotNull();
    assertThat(refusal(ask(link("wrong", redis.address()), Request.Again.SAFE, "PING")).code())
        .isEqualTo(ErrorCode.WRONGPASS);
    assertThat(refusal(ask(link("", redis.address()), Request.Again.SAFE, "PING")).code())
        .isEqualTo(ErrorCode.NOAUTH);
  }

  @Test
  void shouldNotSendWhatWasCancelledWhileItWaited() {
    RedisProcess redis = redis();
    redis.kill();
    Link link = link("", redis.address());
    ask(link, Request.Again.SAFE, "INCR", "n").cancel(false);
    CompletableFuture<Object> other = ask(link, Request.Again.SAFE, "INCR", "n");

    redis.start();

    assertThat(other.join()).isEqualTo(1L);
  }

  @Test
  void shouldFailWhatHasNoAnswerWhenItIsClosed() {
    RedisProcess redis = redis();
    Link link = link("", redis.address());
    CompletableFuture<Object> waiting = ask(link, Request.Again.SAFE, "BLPOP", "a", "0");
    awaitBlockedClient(redis);

    link.close();

    assertThat(refusal(waiting).code()).isEqualTo(ErrorCode.UNKNOWN);
    assertThat(refusal(ask(link, Request.Again.SAFE, "PING")).code()).isEqualTo(ErrorCode.STATE);
  }

  private RedisProcess redis(String... options) {
    RedisProcess redis = RedisProcess.start(directory, options);
    opened.add(redis);
    return redis;
  }

  private Link link(String key, Address... hosts) {
    ClientSettings settings =
        new ClientSettings(
            List.of(hosts),
            key,
            "test",
            Duration.ofSeconds(2),
            Duration.ofMillis(1_500),
            Duration.ofSeconds(5));
    Transport transport = new Transport(settings);
    Link link = new Link(transport, settings);
    opened.add(transport::close);
    opened.add(link::close);
    return link;
  }

  /** Until then the request was surely on its way. */
  private void awaitBlockedClient(RedisProcess redis) {
    Link other = link("", redis.address());
    String info;
    do {
      info = Fields.textOf(ask(other, Request.Again.READ, "INFO", "clients").join());
    } while (!info.contains("blocked_clients:1"));
  }

  private static CommandWriter command(String... words) {
    CommandWriter command = new CommandWriter(words[0], 32);
    for (String word : words) {
      command.add(word);
    }
    return command;
  }

  private static CompletableFuture<Object> ask(Link link, Request.Again again, String... words) {
    long now = System.nanoTime();
    boolean blocking = words[0].equals("BLPOP");
    return link.send(
            new Request<>(
                command(words),
                again,
                now + TimeUnit.SECONDS.toNanos(blocking ? 30 : 5),
                TimeUnit.MILLISECONDS.toNanos(blocking ? 30_000 : 1_500),
                reply -> reply))
        .answer;
  }

  private static DesasterException refusal(CompletableFuture<Object> answer) {
    assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(DesasterException.class);
    return (DesasterException)
        catchThrowableOfType(CompletionException.class, answer::join).getCause();
  }
}
