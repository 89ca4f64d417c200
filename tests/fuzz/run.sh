#!/bin/bash
# run.sh BUILD SECONDS: runs every fuzz target of the build directory, its share of the seconds each, from the seeds
# beside this script and from what earlier runs found. New finds go to BUILD/tests/fuzz/corpus; an input that fails goes
# to BUILD/tests/fuzz/failed, and is printed as text that makes it again.
set -euo pipefail
rooms=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
readonly rooms seconds=$2
if [[ ! -x $1/tests/fuzz/fuzz_api ]]; then
    echo "SKIPPED: there are no fuzz targets in $1"
    exit 0
fi
build=$(realpath "$1")/tests/fuzz
readonly build

# Of the seconds, in hundredths: the parser is done soon, launches take their time.
readonly -A shares=([api]=60 [report]=25 [pidfile_parser]=15)

# The fuzzer gives up root: what it reads and writes is in a directory that is everybody's; in memory where there is one.
work=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work

# words: the names of the functions, for the fuzzer to put into its inputs.
words() {
    sed -n 's/^FUNCTION(daemonctx_\(.*\))$/"\1 "/p' "$rooms/../unit/support/functions.def"
    cat "$rooms/api.dict"
}

last() { sed -n "s/^stat::$1: *\([0-9]*\)\$/\1/p" "$work/log" | tail -n 1; }

covered() { sed -n 's/^#[0-9]*.* cov: \([0-9]*\) ft: \([0-9]*\) .*/\1 edges, \2 features/p' "$work/log" | tail -n 1; }

show_failure() {
    local target=$1 input
    tail -n 80 "$work/log"
    mkdir -p "$build/failed"
    for input in "$work/failed/"*; do
        [[ -e $input ]] || continue
        cp "$input" "$build/failed/$target-$(basename "$input")"
        printf '\n%s fails. To repeat it:\n' "$target"
        printf '    echo %s | base64 -d >/tmp/input && %s /tmp/input -rss_limit_mb=0\n' \
            "$(base64 -w0 "$input")" "$build/fuzz_$target"
    done
}

# -rss_limit_mb=0: its watcher is a thread, and a process with two threads is no launcher. -print_funcs=0: the symbolizer
# would be a child of the fuzzer, which waits for all its children.
fuzz() {
    local target=$1 time=$2 status=0 before after options=()
    rm -rf "$work/corpus" "$work/failed"
    mkdir -p "$work/corpus" "$work/failed" "$build/corpus/$target"
    cp -r "$rooms/corpus/$target/." "$build/corpus/$target/." "$work/corpus/"
    before=$(find "$work/corpus" -type f | wc -l)
    if [[ $target == api ]]; then
        words >"$work/words"
        options+=("-dict=$work/words")
    fi
    chmod -R a+rwX "$work"
    (cd / && exec "$build/fuzz_$target" "$work/corpus" -max_total_time="$time" -timeout=60 -rss_limit_mb=0 \
        -print_funcs=0 -max_len=4096 -print_final_stats=1 -artifact_prefix="$work/failed/" \
        "${options[@]}") >"$work/log" 2>&1 || status=$?
    after=$(find "$work/corpus" -type f | wc -l)
    printf '%-15s %9s executions, %s, %s new inputs (%s before)\n' "$target" \
        "$(last number_of_executed_units)" "$(covered)" $((after - before)) "$before"
    cp -r "$work/corpus/." "$build/corpus/$target/"
    ((status == 0)) || show_failure "$target"
    return "$status"
}

result=0
for target in "${!shares[@]}"; do
    share=$((seconds * ${shares[$target]} / 100))
    fuzz "$target" $((share > 0 ? share : 1)) || result=1
done
exit "$result"
