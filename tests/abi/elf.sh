#!/bin/sh
# elf.sh PROPERTY READELF LIBRARY: one property of the shared object, told by readelf.
set -eu
LC_ALL=C
export LC_ALL
property=$1 readelf=$2 library=$3

fail() {
    echo "$property: $1"
    exit 1
}

# The entries of one kind in the dynamic section, and the names in their brackets.
entries() {
    "$readelf" -dW "$library" | grep "($1)" || :
}
names() {
    entries "$1" | sed 's/.*\[\(.*\)\].*/\1/'
}

case $property in
needs_libc_alone)
    needed=$(names NEEDED | tr '\n' ' ')
    case $needed in
    'libc.so.6 ' | 'libc.so ' | 'libc.musl-'*'.so.1 ') ;;
    *) fail "needed libraries: $needed" ;;
    esac
    ;;
soname_is_libdaemonctx_so_1)
    soname=$(names SONAME)
    [ "$soname" = libdaemonctx.so.1 ] || fail "$soname"
    ;;
version_node_is_DAEMONCTX_1.0)
    nodes=$("$readelf" -VW "$library" | awk '
        /^Version/ { defined = /definition/ }
        defined && /Name: / && !/BASE/ { sub(/.*Name: /, ""); printf "%s ", $1 }')
    [ "$nodes" = 'DAEMONCTX_1.0 ' ] || fail "defined nodes: $nodes"
    ;;
stack_is_not_executable)
    flags=$("$readelf" -lW "$library" | awk '$1 == "GNU_STACK" { print $(NF - 1) }')
    [ "$flags" = RW ] || fail "GNU_STACK: ${flags:-absent}"
    ;;
relro_is_full)
    "$readelf" -lW "$library" | grep -q ' *GNU_RELRO ' || fail 'no GNU_RELRO segment'
    entries FLAGS_1 | grep -qw NOW || fail 'symbols are bound lazily'
    ;;
no_text_relocations)
    ! "$readelf" -dW "$library" | grep -q TEXTREL || fail 'TEXTREL'
    ;;
stays_loaded)
    entries FLAGS_1 | grep -q NODELETE || fail 'no NODELETE flag'
    ;;
*)
    fail 'no such property'
    ;;
esac
