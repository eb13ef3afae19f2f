/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What the daemon can be told. Each option may stand on the command line, in the environment
 * ({@link #environmentName}) and in the configuration file ({@link #longName}); help, man page and
 * completion are made from this list.
 */
public enum Option {
  HELP('h', "", "prints this help"),
  VERSION('V', "", "prints the version and the licence"),
  BIND_ADDRESS('a', "IPADDR", "local IP address to bind to [0.0.0.0]"),
  BROADCAST_ADDRESS(
      'b', "IPADDR", "remote IP/multicast/broadcast address to announce to [255.255.255.255]"),
  PORT('p', "NUMBER", "port number for receiving/sending packets [2691]"),
  KEY('k', "GROUP_KEY", "cluster-group shared key [default]"),
  STANDALONE('s', "", "do not broadcast for peering with cluster"),
  DATA_DIR("DIR", "directory of the journal and of the jobs' output [see below]"),
  NAME("NAME", "name of this node [host name]"),
  WEB_PORT("NUMBER", "port number of the web front end [PORT + 1]"),
  LABELS("WORDS", "labels of this node's pools, with commas between [none]"),
  SLOTS("RANGE", "shell jobs at once: 8, or 4-16; other kinds by name: shell=8,java=4 [by cores]"),
  KEY_FILE("FILE", "file that holds the group key"),
  PEERS("HOSTS", "hosts to peer with where broadcasts do not reach [none]"),
  CONFIG("FILE", "YAML file with these options by their long names"),
  MAX_PAYLOAD("SIZE", "largest payload of a job, up to 8M [256K]"),
  STRICT_QUEUES("", "refuse jobs for queues that do not exist instead of making them"),
  OPEN("", "take commands from other hosts although the key is the default one"),
  LAUNCHER("c|sh", "launcher of shell jobs [c where it is built, else sh]"),
  AUDIT("LEVEL", "off, changes or all: what goes into DIR/audit, submits with all only [changes]"),
  LOG_LEVEL("LEVEL", "error, warn, info or debug [info]"),
  LOG_FILE("FILE", "log to this file, of which 4 x 10 MB are kept [stderr]");

  private final char shortName;
  private final String valueName;
  private final String help;

  Option(String valueName, String help) {
    this('\0', valueName, help);
  }

  Option(char shortName, String valueName, String help) {
    this.shortName = shortName;
    this.valueName = valueName;
    this.help = help;
  }

  /** For example {@code data-dir}. */
  public String longName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** For example {@code DESASTER_DATA_DIR}. */
  public String environmentName() {
    return "DESASTER_" + name();
  }

  /** The letter after a single dash, or {@code '\0'}. */
  public char shortName() {
    return shortName;
  }

  /** What its value stands for; empty for a flag. */
  public String valueName() {
    return valueName;
  }

  /** One line, its default in brackets. */
  public String help() {
    return help;
  }

  /** True if it is on or off. */
  public boolean flag() {
    return valueName.isEmpty();
  }

  /** False for those that make sense on the command line only. */
  boolean lasting() {
    return this != HELP && this != VERSION;
  }

  static Optional<Option> byLongName(String name) {
    return Arrays.stream(values()).filter(option -> option.longName().equals(name)).findFirst();
  }

  static Optional<Option> byShortName(char name) {
    if (name == '?') {
      return Optional.of(HELP);
    }
    return Arrays.stream(values()).filter(option -> option.shortName == name).findFirst();
  }
}
