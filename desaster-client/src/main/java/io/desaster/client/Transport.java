/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.Transports;
import io.netty.channel.EventLoop;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Opens connections, all of them on one event loop. */
final class Transport {
  private final ClientSettings settings;
  private final DefaultEventLoopGroupProvider loops = new DefaultEventLoopGroupProvider(1);
  private final ClientResources resources;
  private final RedisClient client;
  private final EventLoop loop;
  private volatile boolean closing;

  Transport(ClientSettings settings) {
    this.settings = settings;
    resources =
        ClientResources.builder()
            .eventLoopGroupProvider(loops)
            .computationThreadPoolSize(2)
            // The resolver of the JDK, whatever else is on the class path.
            .addressResolverGroup(DefaultAddressResolverGroup.INSTANCE)
            .commandLatencyRecorder(CommandLatencyRecorder.disabled())
            .build();
    loop = loops.allocate(Transports.eventLoopGroupClass()).next();
    client = new LeanRedisClient(resources);
    client.setOptions(
        ClientOptions.builder()
            // What may be sent again after a loss, only this package knows.
            .autoReconnect(false)
            .maintNotificationsConfig(MaintNotificationsConfig.disabled())
            .socketOptions(
                SocketOptions.builder().connectTimeout(settings.connectTimeout()).build())
            .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
            .build());
  }

  /** The loop of all connections. */
  EventLoop loop() {
    return loop;
  }

  /** Connects and says hello; completes on any thread. */
  CompletionStage<StatefulRedisConnection<byte[], byte[]>> open(Address host) {
    RedisURI.Builder uri =
        RedisURI.builder()
            .withHost(host.host())
            .withPort(host.port())
            .withTimeout(settings.connectTimeout())
            .withClientName(settings.name())
            .withLibraryName("desaster-java");
    if (!settings.key().isEmpty()) {
      uri.withPassword(settings.key().toCharArray());
    }
    return client.connectAsync(ByteArrayCodec.INSTANCE, uri.build());
  }

  /**
   * From now on connections are left to {@link #close}: Lettuce complains when one is closed twice.
   */
  void closeSoon() {
    closing = true;
  }

  boolean isClosing() {
    return closing;
  }

  void close() {
    client
        .shutdownAsync(0, 0, TimeUnit.MILLISECONDS)
        .whenComplete(
            (done, failure) -> {
              resources.shutdown(0, 0, TimeUnit.MILLISECONDS);
              loops.shutdown(0, 0, TimeUnit.MILLISECONDS);
            });
  }
}
