#!/bin/sh
# names.sh COMPILER HEADER MAP NM LIBRARY: the names that the header declares, that the symbol map lists and that the
# shared object exports are equal sets, and every exported name belongs to the map's node.
set -eu
LC_ALL=C
export LC_ALL
compiler=$1 header=$2 map=$3 nm=$4 library=$5

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$compiler" -E -P -x c "$header" | grep -o 'daemonctx_[a-z0-9_]* *(' | tr -d ' (' | sort -u >"$work/header"
grep -o 'daemonctx_[a-z0-9_]*;' "$map" | tr -d ';' | sort -u >"$work/map"
"$nm" -D --defined-only "$library" | awk '$2 != "A" { print $NF }' | sort -u >"$work/exported"
sed 's/@.*//' "$work/exported" | sort -u >"$work/library"

failed=0
for set in header map library; do
    if ! [ -s "$work/$set" ]; then
        echo "no names found: $set"
        failed=1
    fi
done

# Tells the names of the first set that the second has not.
missing() {
    for name in $(comm -23 "$work/$1" "$work/$2"); do
        echo "in the $1, not in the $2: $name"
        failed=1
    done
}
missing header map
missing map header
missing map library
missing library map

for name in $(grep -v '@@DAEMONCTX_1\.0$' "$work/exported" || :); do
    echo "not of the node DAEMONCTX_1.0: $name"
    failed=1
done
echo "$(wc -l <"$work/library") names"
exit $failed
