/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.benchmarks;

/** From the start of the packaged daemon until PING is answered; what it costs when idle. */
final class DaemonStart {
  private static final int SETTLE_SECONDS = 10;
  private static final int IDLE_SECONDS = 60;

  private DaemonStart() {}

  static void run(Setup setup) throws Exception {
    Figures starts = new Figures();
    for (int round = 0; round <= setup.rounds(); round++) {
      long begun = System.nanoTime();
      try (Server server = Server.desaster(setup, "512m")) {
        if (round > 0) {
          starts.add("start until PING is answered", (System.nanoTime() - begun) / 1e9);
        }
      }
    }
    starts.print("s");
    Figures.verdict("start, s", starts.median("start until PING is answered"), "<=", 1);
    try (Server server = Server.desaster(setup, "512m")) {
      Thread.sleep(SETTLE_SECONDS * 1000);
      double before = server.cpuSeconds();
      Thread.sleep(IDLE_SECONDS * 1000);
      double used = server.cpuSeconds() - before;
      Figures.verdict("idle CPU over 60 s, %", used / IDLE_SECONDS * 100, "<=", 0.5);
      Figures.verdict("resident memory, MB", server.residentBytes() / 1e6, "<=", 150);
    }
  }
}
