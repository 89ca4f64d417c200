#!/bin/sh
# every_claimed_row_has_a_test.sh BEHAVIOURS CLAIMED BUILD PROGRAM...: compares the rows of the list, those that are
# claimed, the tags of the tests that the programs hold (Catch2), and the labels of the other tests (CTest).
set -eu
LC_ALL=C
export LC_ALL
behaviours=$1 claimed=$2 build=$3
shift 3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sed -n 's/^| *\([A-Z][0-9][0-9]\) *|.*/\1/p' "$behaviours" | sort -u >"$work/listed"
grep -v '^#' "$claimed" | tr -s ' ' '\n' | sed '/^$/d' | sort -u >"$work/claimed"
for program; do
    # Catch2 v2 ends with the number of tags as its status: only the output counts.
    "$program" --list-tags >"$work/tags" || :
    if ! grep -q '\[[A-Z][0-9][0-9]\]' "$work/tags"; then
        echo "$program names no row in its tags"
        exit 1
    fi
    cat "$work/tags" >>"$work/all"
done
ctest --test-dir "$build" --print-labels | sed -n 's/^ *\([A-J][0-9][0-9]\)$/[\1]/p' >>"$work/all"
[ -s "$work/all" ] || {
    echo 'no test program to ask'
    exit 1
}
grep -o '\[[A-Z][0-9][0-9]\]' "$work/all" | tr -d '[]' | sort -u >"$work/tested"

failed=0
tell() {
    for row in $(comm -23 "$work/$1" "$work/$2"); do
        echo "$3: $row"
        failed=1
    done
}
tell claimed listed 'claimed, but not in the list of behaviours'
tell claimed tested 'claimed, but no test carries it'
tell tested listed 'a test carries it, but it is not in the list of behaviours'

echo "$(wc -l <"$work/claimed") rows claimed, $(wc -l <"$work/tested") of $(wc -l <"$work/listed") tested"
exit $failed
