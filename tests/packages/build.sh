#!/bin/bash
# build.sh ROOT BUILD PACKAGES CC: builds the packages of the tree ROOT into the empty directory PACKAGES.
set -euo pipefail
readonly root=$1 build=$2 packages=$3 compiler=$4
rm -rf "$build" "$packages"
export SOURCE_DATE_EPOCH=1700000000
bash "$root/c/cmake/package.sh" "$root" "$build" "$packages" "-DCMAKE_C_COMPILER=$compiler"

names=$(cd "$packages" && printf '%s ' *.deb | sed 's/_[^ ]*//g')
[[ $names == 'daemonctx-doc libdaemonctx-dev libdaemonctx1 ' ]] || {
    echo "the packages are: $names"
    exit 1
}
stat -c '%s bytes  %n' "$packages"/*.deb
