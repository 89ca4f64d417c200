#!/bin/sh
# Checks that the page of the options names every setter of the header, and nothing that the header has not.
# usage: options.sh SOURCES
# shellcheck disable=SC2013 # the loops go over words: names have no spaces
set -eu
page=$1/docs/options.md
header=$1/c/include/daemonctx/daemonctx.h
failures=0

complain() {
    echo "docs/options.md: $*" >&2
    failures=$((failures + 1))
}

count=0
for name in $(sed -nE 's/^DAEMONCTX_API [a-z_]+ (daemonctx_(set|unset)_[a-z0-9_]+)\(.*/\1/p' "$header"); do
    count=$((count + 1))
    case $name in
    daemonctx_unset_user | daemonctx_unset_group | daemonctx_unset_groups) continue ;; # beside their setters
    esac
    grep -qF "$name()" "$page" || complain "$name is missing"
done
[ "$count" -ge 45 ] || complain "only $count setters found in the header"

# The members of the C++ options, each in a cell of its own or among others.
members=0
options=$1/cpp/include/daemonctx/options.hpp
if [ -f "$options" ]; then
    for name in $(sed -n '/^struct options {/,/^};/p' "$options" | sed -nE 's/^ .*[> a-z] ([a-z_]+) = .*/\1/p'); do
        members=$((members + 1))
        [ "$name" = clear_signal_map ] || grep -qF "\`$name\`" "$page" || complain "the C++ option $name is missing"
    done
    [ "$members" -ge 25 ] || complain "only $members options found in the C++ header"
fi

for pages in "$1"/docs/*.md; do
    for name in $(grep -oE 'daemonctx_[a-z0-9_]+\(' "$pages" | sort -u); do
        grep -qF " $name" "$header" || grep -qF "*$name" "$header" || complain "$pages: $name) does not exist"
    done
    for name in $(grep -oE 'DAEMONCTX_[A-Z0-9_]*[A-Z0-9]' "$pages" | sort -u); do
        grep -qw "$name" "$header" || [ "$name" = DAEMONCTX_ERR ] || complain "$pages: $name does not exist"
    done
done
[ "$failures" -eq 0 ] || exit 1
echo "$count setters and $members C++ options are on the page of the options; every name on the pages exists"
