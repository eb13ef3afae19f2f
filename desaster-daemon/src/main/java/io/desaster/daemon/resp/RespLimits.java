/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import java.time.Duration;

/**
 * How much a client may ask of the server.
 *
 * @param connectionsMax connections at once; more are told so and closed
 * @param wordBytesMax one word of a command, bytes
 * @param wordsMax words of a command
 * @param pendingMax commands of one connection that are begun and not answered; then it is not read
 * @param pendingBytesMax the same in bytes of the commands
 * @param inputBytesMax commands received in part, over all connections, bytes
 * @param outputBytesMax replies written and not taken by the client, after which it is not read
 * @param messagesMax event messages that wait for a client, after which it is closed
 * @param silenceMax how long a client may stop in the middle of a command
 * @param stallMax how long a client may leave replies unread
 */
public record RespLimits(
    int connectionsMax,
    int wordBytesMax,
    int wordsMax,
    int pendingMax,
    int pendingBytesMax,
    long inputBytesMax,
    int outputBytesMax,
    int messagesMax,
    Duration silenceMax,
    Duration stallMax) {

  /** A payload may have up to 8 MiB where the daemon allows it; what stands around it is small. */
  private static final int WORD_BYTES_MAX = 8 * 1024 * 1024 + 64 * 1024;

  public static RespLimits defaults() {
    return new RespLimits(
        10_000,
        WORD_BYTES_MAX,
        100_000,
        10_000,
        16 * 1024 * 1024,
        Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 8),
        256 * 1024,
        10_000,
        Duration.ofSeconds(30),
        Duration.ofMinutes(2));
  }
}
