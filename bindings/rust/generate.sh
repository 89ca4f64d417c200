#!/bin/bash
# generate.sh OUTDIR: makes daemonctx-sys/src/bindings.rs from the C header, with the bindgen that is pinned here. One that
# is on the PATH is taken if it has that version; else it is built once, by cargo, into the user's cache.
set -euo pipefail

readonly version=0.72.1
readonly clang_arguments=(-std=c99)

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
header=${DAEMONCTX_HEADER:-$here/../../c/include/daemonctx/daemonctx.h}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/daemonctx/bindgen-$version
out=${1:?usage: generate.sh OUTDIR}

skip() {
    printf 'SKIPPED: %s\n' "$1"
    exit 77
}

has_version() { [[ $("$1" --version 2>/dev/null) == "bindgen $version" ]]; }

find_bindgen() {
    local candidate
    for candidate in "${DAEMONCTX_BINDGEN:-}" bindgen "$cache/bin/bindgen"; do
        if [[ -n $candidate ]] && has_version "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

install_bindgen() {
    command -v cargo >/dev/null || skip "neither bindgen $version nor cargo, which could build it, is installed"
    cargo install bindgen-cli --version "$version" --locked --no-default-features --features runtime,prettyplease \
        --root "$cache" >&2 || skip "bindgen $version is not installed, and could not be"
}

bindgen=$(find_bindgen) || { install_bindgen && bindgen=$(find_bindgen); }

mkdir -p "$out/daemonctx-sys/src"
# The handle is opaque, and nobody may copy it. Enumerators are constants: a newer library may return more of them.
"$bindgen" "$header" --output "$out/daemonctx-sys/src/bindings.rs" \
    --rust-target 1.77 --rust-edition 2021 --use-core --formatter prettyplease --sort-semantically \
    --allowlist-item '(daemonctx|DAEMONCTX)_.*' --blocklist-item DAEMONCTX_DAEMONCTX_H --blocklist-item DAEMONCTX_API \
    --no-copy daemonctx_context --no-debug daemonctx_context \
    --default-enum-style consts --no-prepend-enum-name \
    -- "${clang_arguments[@]}" "-I$(dirname "$header")/.."
