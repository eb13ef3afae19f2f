/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.workers.process;

import java.util.Map;
import java.util.TreeMap;

/**
 * How processes are run.
 *
 * @param launcher which program starts them
 * @param environment of every job, before what its order adds
 * @param outputBytesMax kept of stdout and of stderr, each, where the order sets no limit
 * @param spareDirectories attempt directories prepared ahead
 * @param progressMillis how often running jobs are asked for their progress
 */
public record ProcessOptions(
    LauncherChoice launcher,
    Map<String, String> environment,
    long outputBytesMax,
    int spareDirectories,
    long progressMillis) {

  public static final long OUTPUT_BYTES_MAX = 16L << 20;
  private static final int SPARE_DIRECTORIES = 256;
  private static final long PROGRESS_MILLIS = 500;

  /** Which launcher program to use; one that runs already is used whatever it is. */
  public enum LauncherChoice {
    /** The compiled one where this build has it for this machine, else the script. */
    AUTO,
    /** The compiled one. */
    COMPILED,
    /** The script for {@code /bin/sh}. */
    SCRIPT
  }

  public ProcessOptions {
    environment = Map.copyOf(environment);
  }

  /**
   * The defaults: jobs get this process's environment but for {@code DESASTER_*}, which may hold
   * the group key.
   */
  public static ProcessOptions defaults() {
    Map<String, String> environment = new TreeMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("DESASTER_"));
    return new ProcessOptions(
        LauncherChoice.AUTO, environment, OUTPUT_BYTES_MAX, SPARE_DIRECTORIES, PROGRESS_MILLIS);
  }

  public ProcessOptions withLauncher(LauncherChoice choice) {
    return new ProcessOptions(
        choice, environment, outputBytesMax, spareDirectories, progressMillis);
  }

  public ProcessOptions withEnvironment(Map<String, String> variables) {
    return new ProcessOptions(
        launcher, variables, outputBytesMax, spareDirectories, progressMillis);
  }

  public ProcessOptions withOutputBytesMax(long bytes) {
    return new ProcessOptions(launcher, environment, bytes, spareDirectories, progressMillis);
  }

  public ProcessOptions withProgressMillis(long millis) {
    return new ProcessOptions(launcher, environment, outputBytesMax, spareDirectories, millis);
  }
}
