#!/bin/sh
# Puts together the directory that is installed: package.sh TARGET JAR START_SCRIPT
#
# Each build makes a new directory and turns a link to it, so that a daemon that runs from the last
# one keeps its files; those that nobody runs from any more are removed.
set -eu
target=$1
jar=$2
start=$3
source=$(dirname "$0")

old=$(find "$target" -maxdepth 1 -name 'desaster-dist-*')
home=$target/desaster-dist-$(date +%Y%m%d%H%M%S)-$$
mkdir -p "$home/bin" "$home/lib"
cp "$start" "$home/bin/desaster"
cp "$source/make-archive.sh" "$home/lib/make-archive"
chmod +x "$home/bin/desaster" "$home/lib/make-archive"
cp "$target"/libraries/*.jar "$home/lib/"
cp "$jar" "$home/lib/desaster.jar"

"$home/lib/make-archive" || echo "desaster: no class-data archive was made; starts will be slower" >&2

man=$home/share/man/man1
completion=$home/share/bash-completion/completions
mkdir -p "$man" "$completion"
"$home/bin/desaster" man-page >"$man/desaster.1"
"$home/bin/desaster" completion >"$completion/desaster"

touch "$home/.built"
ln -sfn "$(basename "$home")" "$target/desaster.new"
mv -T "$target/desaster.new" "$target/desaster"
for directory in $old; do
  flock -n "$directory/lib/desaster.jar" rm -rf "$directory" || true
done
