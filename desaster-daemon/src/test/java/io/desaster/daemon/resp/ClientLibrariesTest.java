/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Client libraries for Redis as they are, against our server. */
class ClientLibrariesTest {
  private static ServerFixture open;
  private static ServerFixture locked;

  @BeforeAll
  static void start() throws Exception {
    open = ServerFixture.plain();
    GroupKeys keys = GroupKeys.of(List.of("secret"));
    locked = new ServerFixture(RespOptions.local(0).withKeys(keys), FixedOwners.OTHER);
  }

  @AfterAll
  static void stop() throws Exception {
    open.close();
    locked.close();
  }

  private record Word(String text) implements ProtocolKeyword {
    @Override
    public byte[] getBytes() {
      return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  @Test
  void shouldServeLettuce() throws Exception {
    RedisURI uri =
        RedisURI.builder()
            .withHost("127.0.0.1")
            .withPort(locked.port)
            .withPassword("secret".toCharArray())
            .withClientName("lettuce")
            .withTimeout(Duration.ofSeconds(10))
            .build();
    RedisClient client = RedisClient.create(uri);
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      assertThat(connection.sync().ping()).isEqualTo("PONG");
      assertThat(connection.sync().clientGetname()).isEqualTo("lettuce");
      assertThat(connection.sync().info("server")).contains("desaster_version");
      List<RedisFuture<String>> echoes = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        echoes.add(
            connection
                .async()
                .dispatch(
                    new Word("ECHO"),
                    new io.lettuce.core.output.ValueOutput<>(StringCodec.UTF8),
                    new CommandArgs<>(StringCodec.UTF8).add("e" + i)));
      }
      for (int i = 0; i < 1_000; i++) {
        assertThat(echoes.get(i).get(10, TimeUnit.SECONDS)).isEqualTo("e" + i);
      }
      assertThatThrownBy(
              () ->
                  connection
                      .sync()
                      .dispatch(
                          new Word("TEST"),
                          new StatusOutput<>(StringCodec.UTF8),
                          new CommandArgs<>(StringCodec.UTF8).add("REFUSE")))
          .isInstanceOf(RedisCommandExecutionException.class)
          .hasMessageStartingWith("FULL no room");
    } finally {
      client.shutdown(0, 2, TimeUnit.SECONDS);
    }
  }

  @Test
  void shouldPushEventsToLettuce() throws Exception {
    RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", open.port));
    BlockingQueue<String> messages = new ArrayBlockingQueue<>(10);
    try (StatefulRedisPubSubConnection<String, String> connection = client.connectPubSub()) {
      connection.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void message(String pattern, String channel, String message) {
              messages.add(pattern + ' ' + channel + ' ' + message);
            }
          });
      connection.sync().psubscribe("job.*");
      open.verbs.publish("job.mail.queued", "j1");
      assertThat(messages.poll(10, TimeUnit.SECONDS))
          .startsWith("job.* job.mail.queued {\"topic\":\"job.mail.queued\",\"subject\":\"j1\"");
    } finally {
      client.shutdown(0, 2, TimeUnit.SECONDS);
    }
  }

  @Test
  void shouldServeRedisCli() throws Exception {
    assumeTrue(RedisProcess.find("redis-cli"), "redis-cli is not installed");
    String port = Integer.toString(open.port);
    assertThat(run(List.of("redis-cli", "-p", port, "ECHO", "hello"), "")).isEqualTo("hello\n");
    assertThat(run(List.of("redis-cli", "-3", "-p", port, "TEST", "TYPES"), ""))
        .startsWith("text täxt\n");
    String dialogue = run(List.of("redis-cli", "-p", port), "PING\nTEST REFUSE\nHELP ECHO\n");
    assertThat(dialogue).contains("PONG", "FULL no room", "Answers what was sent.");
    assertThat(
            run(
                List.of(
                    "redis-cli",
                    "-p",
                    Integer.toString(locked.port),
                    "--no-auth-warning",
                    "-a",
                    "secret",
                    "PING"),
                ""))
        .isEqualTo("PONG\n");
  }

  @Test
  void shouldServeTheRubyGem() throws Exception {
    assumeTrue(
        RedisProcess.find("ruby") && exits(List.of("ruby", "-e", "require 'redis'")),
        "ruby with the gem redis is not installed");
    String script =
        """
        require 'redis'
        r = Redis.new(host: '127.0.0.1', port: ARGV[0].to_i, password: 'secret')
        puts r.ping
        puts r.call('ECHO', 'hello')
        puts r.pipelined { |p| 100.times { |i| p.call('ECHO', i.to_s) } }.map(&:to_i).sum
        puts r.info['desaster_version']
        begin
          r.call('TEST', 'REFUSE')
        rescue Redis::CommandError => e
          puts e.message
        end
        """;
    assertThat(run(List.of("ruby", "-e", script, Integer.toString(locked.port)), ""))
        .isEqualTo("PONG\nhello\n4950\n0.1.0\nFULL no room  at all\n");
  }

  @Test
  void shouldServeHiredis(@TempDir Path directory) throws Exception {
    assumeTrue(RedisProcess.find("cc"), "no C compiler is installed");
    String program =
        """
        #include <hiredis/hiredis.h>
        #include <stdio.h>
        #include <stdlib.h>
        int main(int argc, char **argv) {
          redisContext *c = redisConnect("127.0.0.1", atoi(argv[1]));
          if (c == NULL || c->err) return 1;
          redisReply *r = redisCommand(c, "AUTH %s", "secret");
          puts(r->str);
          for (int i = 0; i < 100; i++) redisAppendCommand(c, "ECHO %d", i);
          int sum = 0;
          for (int i = 0; i < 100; i++) {
            if (redisGetReply(c, (void **) &r) != REDIS_OK) return 2;
            sum += atoi(r->str);
          }
          printf("%d\\n", sum);
          r = redisCommand(c, "TEST REFUSE");
          printf("%d %s\\n", r->type == REDIS_REPLY_ERROR, r->str);
          return 0;
        }
        """;
    Path source = directory.resolve("client.c");
    java.nio.file.Files.writeString(source, program);
    String binary = directory.resolve("client").toString();
    assumeTrue(
        exits(List.of("cc", "-o", binary, source.toString(), "-lhiredis")),
        "hiredis is not installed");
    assertThat(run(List.of(binary, Integer.toString(locked.port)), ""))
        .isEqualTo("OK\n4950\n1 FULL no room  at all\n");
  }

  private static boolean exits(List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  private static String run(List<String> command, String input) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return output;
  }
}
