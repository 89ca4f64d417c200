#!/bin/bash
# baseline.sh check|update ROOT LIBRARY CC: compares the ABI with the baseline in ROOT/c/abi, or renews the baseline.
#
# The baseline is two files. daemonctx.abi.xml holds the functions of the built shared object with the types of their
# parameters and results, read by libabigail from its debug information. daemonctx.values holds the enumerators: they
# are in no function's signature (options are uint32_t), and so libabigail does not see them.
# Additions pass; any other difference fails.
set -euo pipefail
export LC_ALL=C
readonly mode=$1 root=$2 library=$3 compiler=$4
readonly include=$root/c/include
readonly baseline=$root/c/abi/daemonctx.abi.xml values=$root/c/abi/daemonctx.values
readonly architecture=elf-amd-x86_64 # the baseline's

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# cannot REASON: a check is skipped, a baseline that cannot be made is an error.
cannot() {
    if [[ $mode == check ]]; then
        echo "SKIPPED: $1"
        exit 0
    fi
    echo "$1" >&2
    exit 1
}

# The enumerators of the header with their enum and value, as the compiler has them, one a line.
tell_values() {
    "$compiler" -E -P -x c -I "$include" "$include/daemonctx/daemonctx.h" | tr '\n' ' ' |
        grep -o 'enum daemonctx_[a-z0-9_]* *{[^}]*}' | awk '
            BEGIN { print "#include <daemonctx/daemonctx.h>\n#include <stdio.h>\nint main(void)\n{" }
            {
                split($0, halves, "{")
                split(halves[1], words, " ")
                count = split(halves[2], entries, ",")
                for (i = 1; i <= count; i++)
                    if (match(entries[i], /[A-Z][A-Z0-9_]*/)) {
                        name = substr(entries[i], RSTART, RLENGTH)
                        printf "    printf(\"%s %s = %%lld\\n\", (long long)%s);\n", words[2], name, name
                    }
            }
            END { print "    return 0;\n}" }' >"$work/values.c"
    "$compiler" -I "$include" "$work/values.c" -o "$work/values"
    "$work/values" >"$work/values.now"
    [[ -s $work/values.now ]] || {
        echo "no enumerator found in the header" >&2
        exit 1
    }
}

# In the order of the header: a baseline's line that is not among today's was removed or changed.
compare_values() {
    local line lost=0
    while read -r line; do
        if ! grep -qxF -- "$line" "$work/values.now"; then
            echo "removed or changed: $line (now: $(grep -w -- "$(cut -d' ' -f2 <<<"$line")" "$work/values.now" || echo none))"
            lost=1
        fi
    done <"$values"
    return "$lost"
}

# abidiff's status is a set of bits: 1 error, 2 usage, 4 changed, 8 incompatibly. A changed parameter type is a 4, as an
# addition would be: so additions are left out, what it thinks harmless (a lost const) is not, and nothing but 0 passes.
# A baseline that is no XML (a merge's marks in it) is for abidiff an empty one, with status 0: then it has said so on
# stderr, and names are missing in what it read.
compare_functions() {
    local status=0 name failed=0
    abidiff --no-added-syms --harmless --fail-no-debug-info --drop-private-types --headers-dir2 "$include" \
        "$baseline" "$library" >"$work/differences" 2>"$work/complaints" || status=$?
    if ((status != 0)) || [[ -s $work/complaints ]]; then
        cat "$work/differences" "$work/complaints"
        echo "abidiff ended with status $status"
        failed=1
    fi
    nm -D --defined-only "$library" | awk '{ sub(/@.*/, "", $NF); print $NF }' >"$work/exported"
    sed -n "s/.*<elf-symbol name='\([^']*\)'.*/\1/p" "$baseline" >"$work/names"
    [[ -s $work/names && $(wc -l <"$work/names") == $(grep -c '<function-decl ' "$baseline") ]] || {
        echo "the baseline has not as many functions as symbols"
        failed=1
    }
    while read -r name; do
        grep -qxF -- "$name" "$work/exported" || {
            echo "removed: $name"
            failed=1
        }
    done <"$work/names"
    return "$failed"
}

# abidiff knows its own format by the first line: what this file is comes second.
tell_functions() {
    local version
    version=$("$compiler" --version | head -n 1)
    abidw --no-corpus-path --no-comp-dir-path --no-show-locs --no-elf-needed --no-parameter-names \
        --no-write-default-sizes --type-id-style hash --exported-interfaces-only --drop-private-types \
        --headers-dir "$include" "$library" |
        sed -e "s|path='[^']*/c/src/|path='c/src/|" \
            -e "1a <!-- The library of x86-64, by $version and $(abidw --version | tr -d :) -->"
}

for tool in abidw abidiff; do
    command -v "$tool" >/dev/null || cannot "$tool is not installed (Debian: abigail-tools)"
done
[[ $(uname -m) == x86_64 ]] || cannot "the baseline is of x86-64, this machine is $(uname -m)"
[[ $(readelf -hW "$library") == *'X86-64'* && $(readelf -hW "$library") == *ELF64* ]] ||
    cannot "the baseline is of x86-64, the library is not"
[[ $(readelf -SW "$library") == *' .debug_info '* ]] || cannot "the library was built without debug information (-g)"

tell_values
case $mode in
check)
    failed=0
    compare_values || failed=1
    compare_functions || failed=1
    if ((failed)); then
        echo "The ABI differs from its baseline in more than additions: see 'ABI' in CONTRIBUTING.md"
        exit 1
    fi
    echo "$(wc -l <"$work/names") functions and $(wc -l <"$values") enumerators are as in the baseline"
    grep -vxF -f "$values" "$work/values.now" | sed 's/^/new: /' || :
    grep '^daemonctx_' "$work/exported" | grep -vxF -f "$work/names" | sed 's/^/new: /' || :
    ;;
update)
    tell_functions >"$work/abi.xml"
    grep -q "architecture='$architecture'" "$work/abi.xml" || cannot "abidw names another architecture than $architecture"
    if [[ -e $baseline && -e $values ]]; then
        compare_values || :
        compare_functions || :
    fi
    cp "$work/abi.xml" "$baseline"
    cp "$work/values.now" "$values"
    echo "renewed: $(grep -c '<function-decl ' "$baseline") functions, $(wc -l <"$values") enumerators"
    ;;
*)
    echo "usage: baseline.sh check|update ROOT LIBRARY CC" >&2
    exit 2
    ;;
esac
