#!/bin/sh
# Makes lib/desaster.jsa, the class-data archive that lets daemon and verbs start in a fraction of
# the time: runs them once, notes which classes they load, and has Java write these down as it wants
# them in memory. Has to be repeated when Java or the directory's path changes.
set -eu
lib=$(dirname "$(readlink -f -- "$0")")
start=$lib/../bin/desaster
work=$(mktemp -d)
daemon=
cleanup() {
  [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

java=java
[ -z "${JAVA_HOME-}" ] || java=$JAVA_HOME/bin/java

rm -f "$lib/desaster.jsa"
for variable in $(env | sed -n 's/^\(DESASTER_[A-Z_]*\)=.*/\1/p'); do
  unset "$variable"
done
export DESASTER_DATA_DIR="$work/data" DESASTER_KEY="training-$$" DESASTER_BIND_ADDRESS=127.0.0.1

DESASTER_JAVA_OPTS="-XX:DumpLoadedClassList=$work/daemon.classes" \
  "$start" --port=0 --slots=1 --launcher=sh >"$work/log" 2>&1 &
daemon=$!
tries=0
while ! grep -q ' port [1-9]' "$work/data/daemon.lock" 2>/dev/null; do
  tries=$((tries + 1))
  if [ $tries -gt 600 ] || ! kill -0 "$daemon" 2>/dev/null; then
    cat "$work/log" >&2
    exit 1
  fi
  sleep 0.1
done
DESASTER_PORT=$(sed 's/.* port \([0-9]*\) .*/\1/' "$work/data/daemon.lock")
export DESASTER_PORT

# noting LIST VERB…: runs a verb and notes the classes it loads.
noting() {
  list=$work/$1.classes
  shift
  DESASTER_JAVA_OPTS="-XX:DumpLoadedClassList=$list" "$start" "$@" >"$work/out" 2>&1
}
noting run run -- 'echo out; echo err >&2'
noting push push -- true
noting status status
noting list job list
noting queue queue list --json
noting logs logs no-such-job || true
kill "$daemon"
wait "$daemon" 2>/dev/null || true
daemon=

cat "$work"/*.classes | awk '!seen[$0]++' >"$work/all"
"$java" -Xshare:dump -XX:SharedClassListFile="$work/all" -XX:SharedArchiveFile="$work/desaster.jsa" \
  -Xlog:disable -Xlog:all=error:stderr -jar "$lib/desaster.jar" >/dev/null
mv "$work/desaster.jsa" "$lib/desaster.jsa"
