/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import java.io.IOException;
import java.net.BindException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of the daemon's process: start, wait, stop in order. */
final class Daemon {
  private static final Logger LOG = LoggerFactory.getLogger("io.desaster.daemon");

  private final DaemonConfig config;
  private final CountDownLatch failed = new CountDownLatch(1);
  private final AtomicBoolean stopping = new AtomicBoolean();
  private DataDirLock lock;
  private Wiring wiring;

  private Daemon(DaemonConfig config) {
    this.config = config;
  }

  /** Runs the daemon with these options until it is stopped; the answer is the exit code. */
  static int main(List<String> arguments) {
    try {
      Settings settings = new Settings();
      CommandLineParser.readArguments(arguments, settings);
      if (settings.on(Option.HELP)) {
        System.out.print(Usage.text());
        return DaemonExit.STOPPED;
      }
      if (settings.on(Option.VERSION)) {
        System.out.print(Version.text());
        return DaemonExit.STOPPED;
      }
      DaemonConfig config = DaemonConfig.load(settings, Surroundings.ofThisProcess());
      LogConfigurator.configure(config);
      return new Daemon(config).run();
    } catch (UsageException e) {
      System.err.println("desaster: " + e.getMessage());
      System.err.print(Usage.SYNOPSIS);
      return DaemonExit.USAGE;
    } catch (StartException e) {
      LOG.error("{}", e.getMessage());
      LOG.debug("could not start", e);
      System.err.println("desaster: " + e.getMessage());
      return e.exitCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return DaemonExit.STOPPED;
    }
  }

  private int run() throws StartException, InterruptedException {
    lock = DataDirLock.acquire(config.dataDir());
    wiring = start();
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopOnSignal, "stop"));
    tellReady();
    failed.await();
    stop();
    return DaemonExit.FAILED;
  }

  private Wiring start() throws StartException {
    try {
      Wiring started = Wiring.start(config, this::fail);
      lock.tell(started.port(), config.name());
      return started;
    } catch (BindException e) {
      throw new StartException(
          DaemonExit.TAKEN,
          "cannot listen at %s port %d, which is held by %s: %s; give another port with --port"
              .formatted(
                  config.bindAddress(),
                  config.port(),
                  PortHolder.describe(config.port()),
                  e.getMessage()),
          e);
    } catch (IOException e) {
      throw new StartException(DaemonExit.CANNOT_START, "cannot start: " + ConfigFile.reason(e), e);
    }
  }

  private void tellReady() {
    LOG.info(
        "desaster {} is ready: node {}, {} port {}, data in {}, {} ms after start",
        Version.number(),
        config.name(),
        config.bindAddress(),
        wiring.port(),
        config.dataDir(),
        ProcessAge.millis());
    if (!config.standalone()) {
      LOG.info(
          "this version does not peer with other nodes yet: this node works alone, as with"
              + " --standalone");
    }
    if (config.hasDefaultKey()) {
      warnOfDefaultKey();
    }
  }

  private void warnOfDefaultKey() {
    if (config.open()) {
      LOG.warn(
          "the group key is the default one and --open is set: anyone who reaches port {} can run"
              + " commands as user {}; give a key of your own with --key-file or DESASTER_KEY",
          wiring.port(),
          System.getProperty("user.name"));
    } else {
      LOG.warn(
          "the group key is the default one, which everybody knows: commands are taken from this"
              + " host only, from root and from user {}; for others give a key of your own with"
              + " --key-file or DESASTER_KEY",
          System.getProperty("user.name"));
    }
  }

  /** Something broke that was promised; nothing is acknowledged any more. */
  private void fail(String why) {
    LOG.error(
        "{}; this daemon stops, its shell jobs go on and are taken up at the next start", why);
    failed.countDown();
  }

  private void stopOnSignal() {
    if (stop()) {
      // An orderly stop is a success, which Java would report as death by the signal.
      Runtime.getRuntime().halt(DaemonExit.STOPPED);
    }
  }

  private boolean stop() {
    if (!stopping.compareAndSet(false, true)) {
      return false;
    }
    LOG.info("stopping; running shell jobs go on");
    wiring.close();
    lock.close();
    LOG.info("stopped");
    return true;
  }
}
