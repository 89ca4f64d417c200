#!/bin/bash
# Makes everything generated in bindings/ anew from the public header, or checks that it is what the generators make.
# usage: generate.sh [--check] [LANGUAGE...]     all languages when none is named
#
# A language's own script, bindings/LANGUAGE/generate.sh OUTDIR, writes its generated files below OUTDIR with the paths
# that they have below bindings/LANGUAGE, and nothing else. It is given DAEMONCTX_HEADER, DAEMONCTX_API_JSON (a
# description made from that header) and DAEMONCTX_TOOLS (a virtual environment with the generators of PyPI; it may be
# empty). Generators are pinned: where one cannot be had in its version, the script prints a line `SKIPPED: reason` and
# ends with 77; what it wrote before that counts.
#
# Ends with 0; 1: a generator failed, or a file differs (--check); 77: something was skipped, and nothing failed.
set -euo pipefail
bindings=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

check=false
if [[ ${1-} == --check ]]; then
    check=true
    shift
fi
languages=("$@")
if ((${#languages[@]} == 0)); then
    for script in "$bindings"/*/generate.sh; do
        languages+=("$(basename "$(dirname "$script")")")
    done
fi
for language in "${languages[@]}"; do
    if [[ ! -x $bindings/$language/generate.sh ]]; then
        echo "generate: bindings/$language has no generate.sh" >&2
        exit 1
    fi
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DAEMONCTX_HEADER=${DAEMONCTX_HEADER:-$(cd "$bindings/../c/include/daemonctx" && pwd)/daemonctx.h}
export DAEMONCTX_TOOLS=${DAEMONCTX_TOOLS-}
export LC_ALL=C.UTF-8

# generate LANGUAGE: runs its script, once, and leaves its files in $work/LANGUAGE.
generate() {
    local status=0
    if [[ ! -d $work/$1 ]]; then
        mkdir "$work/$1"
        "$bindings/$1/generate.sh" "$work/$1" >"$work/$1.said" || status=$?
        echo "$status" >"$work/$1.status"
    fi
    return "$(<"$work/$1.status")"
}

# settle LANGUAGE: compares its files with those of the tree, or puts them there.
settle() {
    local file status=0
    while IFS= read -r file; do
        if ! $check; then
            install -D -m 644 "$work/$1/$file" "$bindings/$1/$file"
            echo "generate: bindings/$1/$file"
        elif ! diff -u -L "bindings/$1/$file" -L "made from the header" "$bindings/$1/$file" "$work/$1/$file"; then
            echo "generate: bindings/$1/$file is not what its generator makes of the header: ./dev bindings" >&2
            status=1
        else
            echo "generate: bindings/$1/$file is what its generator makes"
        fi
    done < <(cd "$work/$1" && find . -type f -printf '%P\n' | sort)
    return "$status"
}

failed=false
skipped=false

# one LANGUAGE
one() {
    local status=0
    generate "$1" || status=$?
    case $status in
    0)
        if [[ -z $(find "$work/$1" -type f) ]]; then
            echo "generate: bindings/$1/generate.sh wrote nothing" >&2
            failed=true
        fi
        ;;
    77)
        cat "$work/$1.said" # the reason
        skipped=true
        ;;
    *)
        cat "$work/$1.said"
        echo "generate: bindings/$1/generate.sh failed" >&2
        failed=true
        return
        ;;
    esac
    settle "$1" || failed=true
}

# The description comes first: others read it. Where it cannot be made, they read the one of the tree.
export DAEMONCTX_API_JSON=$bindings/ffi/daemonctx_api.json
if generate ffi; then
    DAEMONCTX_API_JSON=$work/ffi/daemonctx_api.json
fi
for language in "${languages[@]}"; do
    one "$language"
done

if $failed; then exit 1; fi
if $skipped; then exit 77; fi
