#!/bin/sh
# every_function.sh MAP INCLUDE: each function of the C ABI is used by the C++ wrapper. There are no exceptions: what a
# C program can do, a C++ program can do without the C handle.
set -eu
LC_ALL=C
export LC_ALL
map=$1 include=$2
functions=$(sed -n 's/^ *\(daemonctx_[a-z_]*\);$/\1/p' "$map")
[ -n "$functions" ] || {
    echo "$map names no function"
    exit 1
}
# Comments do not count.
used=$(find "$include" -name '*.hpp' -exec sed -e 's,//.*,,' -e '/^ *\*/d' -e '/\/\*\*/d' {} + |
    grep -o 'daemonctx_[a-z_]*' | sort -u)
failed=0
for function in $functions; do
    echo "$used" | grep -qx "$function" || {
        echo "the C++ wrapper does not use $function"
        failed=1
    }
done
exit $failed
