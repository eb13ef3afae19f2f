/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another host, as far as this one can tell: a network namespace with a cable to this one. Needs
 * root; the test is skipped where it cannot be made.
 */
final class OtherHost implements AutoCloseable {
  /** This host's end of the cable, from the range reserved for benchmarks. */
  static final String OUR_ADDRESS = "198.18.231.1";

  static final String ITS_ADDRESS = "198.18.231.2";
  private static final int SECONDS = 20;

  private final String name = "dsr" + ProcessHandle.current().pid();

  OtherHost() throws Exception {
    String cable = name + "a";
    String end = name + "b";
    assumeTrue(
        RedisProcess.find("ip") && RedisProcess.find("bash"), "ip and bash are not installed");
    assumeTrue(tried("ip", "netns", "add", name), "no network namespace can be made here");
    boolean connected =
        tried("ip", "link", "add", cable, "type", "veth", "peer", "name", end, "netns", name)
            && tried("ip", "addr", "add", OUR_ADDRESS + "/30", "dev", cable)
            && tried("ip", "link", "set", cable, "up")
            && tried("ip", "-n", name, "addr", "add", ITS_ADDRESS + "/30", "dev", end)
            && tried("ip", "-n", name, "link", "set", end, "up");
    if (!connected) {
      close();
    }
    assumeTrue(connected, "no cable to a network namespace can be made here");
  }

  /** Connects from there, sends the lines, and tells all that came back until it was closed. */
  String talk(int port, String lines) throws Exception {
    String script =
        "exec 3<>/dev/tcp/" + OUR_ADDRESS + "/" + port + "; printf '%s' \"$1\" >&3; cat <&3";
    Process process =
        new ProcessBuilder(
                List.of("ip", "netns", "exec", name, "bash", "-c", script, "talk", lines))
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("the server did not close after: " + lines);
    }
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static boolean tried(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  @Override
  public void close() throws Exception {
    tried("ip", "netns", "delete", name);
  }
}
