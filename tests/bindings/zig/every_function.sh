#!/bin/sh
# every_function.sh MAP PROGRAM: each function of the C ABI is called by the Zig module, of which PROGRAM, linked with
# the shared library, has everything: what a C program can do, a Zig program can do without the raw layer.
set -eu
LC_ALL=C
export LC_ALL
map=$1 program=$2
functions=$(sed -n 's/^ *\(daemonctx_[a-z_]*\);$/\1/p' "$map")
[ -n "$functions" ] || {
    echo "$map names no function"
    exit 1
}
used=$(nm -D --undefined-only "$program" | grep -o 'daemonctx_[a-z_]*')
failed=0
for function in $functions; do
    echo "$used" | grep -qx "$function" || {
        echo "the Zig module does not use $function"
        failed=1
    }
done
exit $failed
