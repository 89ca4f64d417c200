#!/bin/bash
# run.sh PKG_CONFIG PREFIX DIRECTORY CC [FLAG...]: builds and runs the program in DIRECTORY with what pkg-config tells,
# with the shared and with the static library of PREFIX.
set -euo pipefail
source=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../program.c")
readonly pkg_config=$1 prefix=$2 directory=$3
shift 3
compile=("$@")

libdir=$(dirname "$(dirname "$(find "$prefix" -name daemonctx.pc)")")
export PKG_CONFIG_LIBDIR=$libdir/pkgconfig
mkdir -p "$directory"
cd "$directory"

# tell ARGUMENT...: pkg-config's answer as an array, `words`.
tell() { read -r -a words <<<"$("$pkg_config" "$@" daemonctx)"; }

"$pkg_config" --exists --print-errors 'daemonctx >= 1.0.0'
tell --cflags --libs
"${compile[@]}" "$source" "${words[@]}" -o shared
LD_LIBRARY_PATH=$libdir ./shared

tell --cflags
cflags=("${words[@]}")
tell --static --libs
"${compile[@]}" "${cflags[@]}" "$source" -Wl,-Bstatic "${words[@]}" -Wl,-Bdynamic -o static
./static

if [[ ${compile[*]} == *-fsanitize=* ]]; then
    exit 0 # no whole static programs, and names of its own
fi

# A program that is static as a whole, where libc is there as an archive.
if [[ -e $("${compile[@]}" -print-file-name=libc.a) ]]; then
    "${compile[@]}" "${cflags[@]}" -static "$source" "${words[@]}" -o whole
    ./whole
fi

# Static linking must not make the library's inner names the program's business.
foreign=$(nm -g --defined-only "$libdir/libdaemonctx.a" | awk 'NF == 3 && $3 !~ /^daemonctx_/ { print $3 }')
if [[ -n $foreign ]]; then
    printf 'libdaemonctx.a defines names that are not of the ABI:\n%s\n' "$foreign"
    exit 1
fi
