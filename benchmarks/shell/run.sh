#!/bin/sh
# desaster, GPL-3.0-or-later, see LICENSE
# run.sh [ROUNDS [JOBS_A_ROUND]]: /bin/true per second through the launcher, with output files and a
# durable record of each end, beside a C posix_spawn loop and GNU xargs -P2. The rounds of all take
# turns, so that what else the machine does hits them alike. Prints medians and ratios.
set -e
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/desaster-shell-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
cc -O2 -o "$work/spawn-loop" "$here/spawn-loop.c"
cd "$root"
mvn ${MAVEN_OPTIONS:--o} -q -B -Pbenchmarks -pl benchmarks -am -DskipTests test-compile \
  org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
  -Dmdep.outputFile="$work/class-path" -Dmdep.includeScope=runtime
java -Xmx256m -XX:+UseSerialGC -cp "benchmarks/target/classes:$(cat "$work/class-path")" \
  io.desaster.benchmarks.ShellThroughput "$work" "${1:-7}" "${2:-400}"
