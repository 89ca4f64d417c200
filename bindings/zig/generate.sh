#!/usr/bin/env bash
# generate.sh OUTDIR: writes OUTDIR/src/raw.zig, the declarations of daemonctx.h as `zig translate-c` makes them,
# without what the system's headers and the preprocessor add. The contract is that of bindings/generate.sh.
set -euo pipefail
export LC_ALL=C

output=${1:?usage: generate.sh OUTDIR}/src/raw.zig
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
header=${DAEMONCTX_HEADER:-$here/../../c/include/daemonctx/daemonctx.h}
pinned=$(sed -n 's/^ *\.minimum_zig_version = "\(.*\)",$/\1/p' "$here/build.zig.zon")
zig=(zig)
if [[ -n ${DAEMONCTX_TOOLS:-} ]]; then
    zig=("$DAEMONCTX_TOOLS/bin/python" -m ziglang)
fi

if ! found=$("${zig[@]}" version 2>/dev/null); then
    echo "SKIPPED: zig is not installed"
    exit 77
fi
if [[ $found != "$pinned" ]]; then
    echo "SKIPPED: zig is $found, and raw.zig is made by $pinned"
    exit 77
fi

scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
# One target: the declarations are the same for all.
"${zig[@]}" translate-c -target x86_64-linux-musl -lc -I "$(dirname "$(dirname "$header")")" "$header" \
    >"$scratch/all.zig"
{
    echo '//! raw.zig: the C ABI, generated from daemonctx.h by generate.sh. Do not edit: use the safe layer beside it.'
    echo
    # The handle is opaque: what translate-c puts into it is every function once more.
    sed -n -e '/^pub const struct_daemonctx_context = opaque {$/ {
            s/{$/{};/p
            :skip
            n
            /^};$/ !b skip
            d
        }' \
        -e '/^pub const DAEMONCTX_\(DAEMONCTX_H\|API\) /d' \
        -e '/^pub extern fn daemonctx_/p' \
        -e '/^pub const \(enum_\)\{0,1\}daemonctx_/p' \
        -e '/^pub const DAEMONCTX_/p' "$scratch/all.zig"
} >"$scratch/raw.zig"
"${zig[@]}" fmt "$scratch/raw.zig" >/dev/null
mkdir -p "$(dirname "$output")"
cp "$scratch/raw.zig" "$output"
