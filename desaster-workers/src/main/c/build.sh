#!/bin/sh
# desaster, GPL-3.0-or-later, see LICENSE
# build.sh CLASSES_DIR: compiles the launcher into the module's resources, statically if that works.
here=$(dirname "$0")
machine=$(uname -m)
target="$1/io/desaster/workers/process/desaster-launcher-$(uname -s | tr A-Z a-z)-$machine"
cc=${CC:-$(command -v cc || command -v gcc || command -v clang)}
if [ "$(uname -s)" != Linux ] || [ -z "$cc" ]; then
  echo "desaster-launcher: no Linux or no C compiler here; the slower launcher.sh will be used"
  exit 0
fi
if [ -f "$target" ] && [ -z "$(find "$here" -newer "$target" -type f)" ]; then
  exit 0
fi
mkdir -p "$(dirname "$target")"
flags="-std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror"
"$cc" $flags -static -o "$target" "$here"/*.c 2>"$target.err" || "$cc" $flags -o "$target" "$here"/*.c || exit 1
rm -f "$target.err"
