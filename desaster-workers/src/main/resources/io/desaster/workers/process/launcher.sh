#!/bin/sh
# desaster, GPL-3.0-or-later, see LICENSE
#
# launcher.sh RUN_DIR: does with /bin/sh what the compiled launcher does, with the same files, more
# slowly, for machines it was not compiled for. Needs Linux's /proc, setsid, sleep, date, stat and
# grep; setpriv for jobs of other users, fallocate to drop the middle of long outputs.
#
# Orders are lines of launcher.fifo: "start JOB ATTEMPT", "end JOB ATTEMPT GRACE_MS REASON". The
# daemon has made the attempt's directory before, with run.sh (the process) and limits (numbers).
# Each attempt has a shell of its own that waits for it and writes its record, and one that watches
# its limits.

LOOK_MS=500
AGAIN=0.05
EXEC_LOOKS='1 2 3 4 5'

# Milliseconds since boot, without a process.
clock() {
  read -r up rest </proc/uptime
  part=${up#*.}
  now=$((${up%.*} * 1000 + ${part#0} * 10))
}

wall() {
  wall=$(date +%s%3N)
  case $wall in *[!0-9]*) wall=$(date +%s)000 ;; esac
}

# The fields of /proc/PID/stat after the name, as $state, $parent, $group, $session and all in $stat.
stat_of() {
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  stat=${stat##*) }
  state=${stat%% *} stat=${stat#* }
  parent=${stat%% *} stat=${stat#* }
  group=${stat%% *} stat=${stat#* }
  session=${stat%% *}
}

# Sets $tree: processes of the attempt in directory $1 whose session leader is $2. The environment of
# a process that is just being replaced by exec reads as empty for a moment, so nobody is believed to
# be left only after several looks.
find_tree() {
  tree=
  for at in /proc/[0-9]*; do
    stat_of "${at#/proc/}" || continue
    case $state in Z | X) continue ;; esac
    if [ "$session" = "$2" ] || [ "$group" = "$2" ]; then tree="$tree ${at#/proc/}"; fi
  done
  for look in $EXEC_LOOKS; do
    find_carriers "$1"
    [ -z "$tree" ] || return 0
  done
}

# Adds to $tree who carries the attempt in directory $1 in its environment. grep takes an environment
# in one reading; programs that take it piece by piece see parts of it.
find_carriers() {
  carriers=$(grep -lazxF "DESASTER_JOB_ID=${1%/*}" /proc/[0-9]*/environ 2>/dev/null)
  [ -n "$carriers" ] && carriers=$(grep -lazxF "DESASTER_ATTEMPT=${1#*/}" $carriers 2>/dev/null)
  for at in $carriers; do
    at=${at#/proc/}
    at=${at%/environ}
    case " $tree " in *" $at "*) ;; *) stat_of "$at" && [ "$state" != Z ] && tree="$tree $at" ;; esac
  done
}

# end_tree DIRECTORY PID GRACE_MS: TERM, after the grace KILL, until nobody is left.
end_tree() {
  find_tree "$1" "$2"
  [ -z "$tree" ] && return
  if [ "$3" -gt 0 ]; then
    kill -TERM $tree 2>/dev/null
    kill -CONT $tree 2>/dev/null
  fi
  clock
  kill_at=$((now + $3))
  while find_tree "$1" "$2" && [ -n "$tree" ]; do
    clock
    [ "$now" -ge "$kill_at" ] && kill -KILL $tree 2>/dev/null
    sleep $AGAIN
  done
}

# because DIRECTORY OUTCOME REASON: why the attempt is ended; the first who says it counts.
because() {
  (set -C && printf '%s\n%s\n' "$2" "$3" >"$1/cause") 2>/dev/null
}

# Sets $pid from the start file.
started_pid() {
  pid=
  { read -r pid rest <"$1/start"; } 2>/dev/null
  pid=${pid#pid=}
}

mib() { mib=$((($1 + 524288) / 1048576)); }

tenths() { tenths=$(($1 / 1000)).$(($1 % 1000 / 100)); }

drop_middle() {
  head=$((output / 2 / 4096 * 4096))
  [ $head -lt 4096 ] && head=4096
  tail=$((output - head))
  [ $tail -lt 4096 ] && tail=4096
  to=$((($2 - tail) / 4096 * 4096))
  [ $to -gt $head ] || return 0
  case $1 in out) out_hole="$head $to" ;; err) err_hole="$head $to" ;; esac
  printf 'out %s\nerr %s\n' "${out_hole:-0 0}" "${err_hole:-0 0}" >"$dir/dropped"
  fallocate -p -o $head -l $((to - head)) "$dir/$1" 2>/dev/null
}

watch_output() {
  [ "$output" -gt 0 ] || return 0
  set -- $(stat -c %s "$dir/out" "$dir/err")
  for name in out err; do
    if [ "$1" -gt "$output" ] && ! drop_middle $name "$1"; then
      mib "$1"
      is=$mib
      mib "$output"
      exceed "output limit: $is MiB > $mib MiB, and the middle cannot be dropped"
    fi
    shift
  done
}

exceed() {
  because "$dir" LIMIT_EXCEEDED "$1"
  end_tree "$dir" "$pid" "$grace"
}

watch_usage() {
  [ $((memory + cpu)) -gt 0 ] || return 0
  find_tree "$dir" "$pid"
  pages=0 ticks=0
  for at in $tree; do
    { read -r all resident rest <"/proc/$at/statm"; } 2>/dev/null || continue
    pages=$((pages + resident))
    stat_of "$at" || continue
    set -- $stat
    ticks=$((ticks + ${9} + ${10} + ${11} + ${12}))
  done
  if [ "$memory" -gt 0 ] && [ $((pages * page)) -gt "$memory" ]; then
    mib $((pages * page))
    is=$mib
    mib "$memory"
    exceed "memory limit: $is MiB > $mib MiB"
  elif [ "$cpu" -gt 0 ] && [ $((ticks * 10)) -gt "$cpu" ]; then
    tenths $((ticks * 10))
    is=$tenths
    tenths "$cpu"
    exceed "CPU time limit: $is s > $tenths s"
  fi
}

watch() {
  while :; do
    clock
    left=$LOOK_MS
    if [ "$timeout" -gt 0 ]; then
      left=$((begun + timeout - now))
      if [ $left -le 0 ]; then
        tenths $((now - begun))
        because "$dir" TIMED_OUT "time-out: still running after $tenths s"
        end_tree "$dir" "$pid" "$grace"
        return
      fi
      [ $left -gt $LOOK_MS ] && left=$LOOK_MS
    fi
    sleep "$(printf '%d.%03d' $((left / 1000)) $((left % 1000)))"
    watch_output
    watch_usage
  done
}

# "0m1.234s 0m0.010s" of the line for children, as microseconds in $user and $system.
read_times() {
  user=0 system=0
  { read -r rest && read -r user system; } <"$dir/times"
  micros "$user"
  user=$micros
  micros "$system"
  system=$micros
}

micros() {
  seconds=${1#*m}
  seconds=${seconds%s}
  part=${seconds#*.}000000
  part=${part%"${part#??????}"}
  while [ "${part#0}" != "$part" ] && [ ${#part} -gt 1 ]; do part=${part#0}; done
  micros=$(((${1%%m*} * 60 + ${seconds%%.*}) * 1000000 + part))
}

judge() {
  outcome=FAILED reason="exit code $code" signal=0
  if [ -s "$dir/failed" ]; then
    outcome=NOT_STARTED code=-1 started=0
    read -r reason <"$dir/failed"
  elif [ "$code" -eq 0 ]; then
    outcome=SUCCEEDED reason=
  elif [ "$code" -gt 128 ]; then
    signal=$((code - 128))
    reason="ended by signal $signal ($(kill -l $signal))"
  fi
  [ -s "$dir/cause" ] && { read -r outcome && read -r reason; } <"$dir/cause"
}

attempt() {
  dir=$1/$2
  exec 8<"$dir/start"
  timeout=0 grace=0 memory=0 cpu=0 output=0 nice=
  . "./$dir/limits"
  page=$(getconf PAGESIZE 2>/dev/null || echo 4096)
  wall
  started=$wall
  printf 'start job=%s attempt=%s .\n' "$1" "$2" >>attempts.log
  clock
  begun=$now
  input=/dev/null
  [ -e "$dir/stdin" ] && input=$dir/stdin
  setsid ${nice:+nice -n "$nice"} /bin/sh "./$dir/run.sh" <"$input" >>"$dir/out" 2>>"$dir/err" 3<&- 9<&8 8<&- &
  pid=$!
  stat_of $pid && set -- "$1" "$2" $stat || set -- "$1" "$2"
  printf 'pid=%s ticks=%s boot=%s at=%s\n' $pid "${19:-0}" "$boot" "$started" >"$dir/start"
  watch 3<&- 8<&- &
  watcher=$!
  wait $pid
  code=$?
  times >"$dir/times"
  kill $watcher 2>/dev/null
  wait $watcher 2>/dev/null
  end_tree "$dir" $pid "$grace"
  watch_output
  read_times
  wall
  judge
  set -- "$1" "$2" $(stat -c %s "$dir/out" "$dir/err")
  line="end job=$1 attempt=$2 outcome=$outcome code=$code signal=$signal started=$started ended=$wall user=$user system=$system rss=0 out=$3 err=$4 reason=$reason ."
  printf '%s\n' "$line" >"$dir/exit"
  printf '%s\n' "$line" >>attempts.log
  echo reap >&3
}

# Ends an attempt that has not told its end yet; waits for its start file, which comes soon.
end() {
  because "$1/$2" "$outcome_of_end" "$4"
  while started_pid "$1/$2" && [ -z "$pid" ] && [ ! -s "$1/$2/exit" ]; do sleep $AGAIN; done
  [ -s "$1/$2/exit" ] || end_tree "$1/$2" "$pid" "$3"
}

living() {
  for at in */[0-9]*/start; do
    case $at in spare/*) continue ;; esac
    [ -e "$at" ] && [ ! -s "${at%start}exit" ] && printf '%s\n' "${at%/start}"
  done
}

stop() {
  trap '' TERM
  outcome_of_end=LOST
  for at in $(living); do
    . "./$at/limits"
    end "${at%/*}" "${at#*/}" "$grace" "the launcher was told to stop" &
  done
  kill $ticker
  while [ -n "$(living)" ]; do sleep $AGAIN; done
  rm -f launcher.pid launcher.fifo
  exit 0
}

daemon_lives() {
  { read -r daemon <daemon.pid; } 2>/dev/null && [ -d "/proc/$daemon" ]
}

serve() {
  trap stop TERM
  trap '' HUP INT
  while :; do
    read -r verb job number rest <&3 || continue
    case $verb in
      start) attempt "$job" "$number" & ;;
      end) end "$job" "$number" "${rest%% *}" "${rest#* }" 3<&- & ;;
      tick) daemon_lives || [ -n "$(living)" ] || stop ;;
    esac
    jobs >/dev/null # so that the shell waits for those of its children that are done
  done
}

cd "$1" || exit 1
if [ "$2" != served ]; then
  rm -f launcher.fifo launcher.pid
  mkfifo -m 600 launcher.fifo || exit 1
  setsid /bin/sh "$0" "$1" served </dev/null >/dev/null 2>>launcher.err &
  while [ ! -s launcher.pid ] && kill -0 $! 2>/dev/null; do sleep $AGAIN; done
  [ -s launcher.pid ]
  exit
fi

read -r boot </proc/sys/kernel/random/boot_id
outcome_of_end=CANCELLED
if [ -e attempts.log ] && [ "$(stat -c %s attempts.log)" -gt 8388608 ]; then sync && rm -f attempts.log; fi
exec 3<>launcher.fifo
printf '\nlauncher pid=%s boot=%s cgroup= .\n' $$ "$boot" >>attempts.log
(while sleep 30; do echo tick >&3; done) &
ticker=$!
stat_of $$
set -- $stat
printf '%s %s\n' $$ "${17}" >launcher.pid.new && mv launcher.pid.new launcher.pid
serve
