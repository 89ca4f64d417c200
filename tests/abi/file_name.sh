#!/bin/sh
# file_name.sh HEADER LIBRARY DIRECTORY: the shared object is a file libdaemonctx.so.VERSION, with the version of the
# header, and the links that the loader (libdaemonctx.so.MAJOR) and the linker (libdaemonctx.so) follow lead to it.
set -eu
header=$1 library=$2 directory=$3

number() {
    sed -n "s/^#define DAEMONCTX_VERSION_$1 \\([0-9]*\\)\$/\\1/p" "$header"
}
major=$(number MAJOR)
expected=libdaemonctx.so.$major.$(number MINOR).$(number PATCH)

file=$(basename "$(realpath "$library")")
[ "$file" = "$expected" ] || {
    echo "the file is $file, the header's version asks for $expected"
    exit 1
}
for link in libdaemonctx.so "libdaemonctx.so.$major"; do
    target=$(readlink "$directory/$link") || target='no link'
    [ "$(basename "$(realpath "$directory/$link")")" = "$expected" ] || {
        echo "$link: $target"
        exit 1
    }
    case $target in
    */*)
        echo "$link leads out of its directory: $target"
        exit 1
        ;;
    esac
done
echo "$expected"
