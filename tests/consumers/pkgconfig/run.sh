#!/bin/bash
# run.sh PKG_CONFIG PREFIX DIRECTORY CXX CC [FLAG...]: builds and runs programs, in C and in C++, in DIRECTORY with what
# pkg-config tells, with the shared and with the static library of PREFIX.
set -euo pipefail
source=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../program.c")
cxx_source=$(dirname "$source")/cmake/version.cpp
wrapper_source=$(dirname "$source")/program.cpp
readonly pkg_config=$1 prefix=$2 directory=$3 cxx=$4
shift 4
compile=("$@")
compile_cxx=("$cxx" "${@:2}")

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
version=$("$pkg_config" --modversion daemonctx)
"${compile_cxx[@]}" "$cxx_source" "${words[@]}" -o cxx
LD_LIBRARY_PATH=$libdir ./cxx "$version"
if [[ -e $prefix/include/daemonctx/daemonctx.hpp ]]; then
    "${compile_cxx[@]}" -std=c++17 "$wrapper_source" "${words[@]}" -o wrapper
    LD_LIBRARY_PATH=$libdir ./wrapper
fi

tell --cflags
cflags=("${words[@]}")
tell --static --libs
"${compile[@]}" "${cflags[@]}" "$source" -Wl,-Bstatic "${words[@]}" -Wl,-Bdynamic -o static
./static
"${compile_cxx[@]}" "${cflags[@]}" "$cxx_source" -Wl,-Bstatic "${words[@]}" -Wl,-Bdynamic -o cxx_static
./cxx_static "$version"

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
