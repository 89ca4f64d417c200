#!/bin/sh
# Makes the man pages from the public header, with the example of the main page.
# usage: make.sh SOURCES OUTPUT
set -eu
sources=$1
output=$2
header=$sources/c/include/daemonctx/daemonctx.h
here=$sources/docs/man

# The date is that of the pages, not that of the build: the same sources give the same bytes.
date=2026-11-23
version=$(awk '/^#define DAEMONCTX_VERSION_(MAJOR|MINOR|PATCH) / { printf "%s%s", dot, $3; dot = "." }' "$header")

rm -rf "$output"
mkdir -p "$output"
awk '/^```c$/ { inside = 1; next } /^```$/ && inside { exit } inside' "$sources/docs/index.md" >"$output/example"
awk -v out="$output" -v version="$version" -v date="$date" -v example="$output/example" \
    -f "$here/comment.awk" -f "$here/manpages.awk" "$header"
rm "$output/example"
