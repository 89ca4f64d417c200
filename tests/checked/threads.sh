#!/bin/bash
# threads.sh build SOURCE BUILD: builds the library and the programs of threads/ with the thread sanitizer in BUILD.
# threads.sh run BUILD: runs them; a data race in any of their processes fails.
set -euo pipefail

build() {
    local source=$1 directory=$2
    if ! printf 'int main(void) { return 0; }\n' | "${CC:-cc}" -fsanitize=thread -x c - -o /dev/null 2>/dev/null; then
        echo "SKIPPED: the compiler has no thread sanitizer"
        exit 0
    fi
    cmake -S "$source/tests/checked/threads" -B "$directory" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo
    cmake --build "$directory"
}

# run_one COMMAND…: with reports in files, for a daemon has no terminal. die_after_fork=0: a daemon starts threads.
run_one() {
    local status=0
    TSAN_OPTIONS="exitcode=66 halt_on_error=1 die_after_fork=0 log_path=$reports/report" timeout -s KILL 60 "$@" || status=$?
    if compgen -G "$reports/report.*" >/dev/null; then
        cat "$reports"/report.*
        rm -f "$reports"/report.*
        status=66
    fi
    printf '%s: %s\n' "${*##*/}" "$( ((status == 0)) && echo 'no race' || echo "status $status")"
    return "$status"
}

run() {
    local directory=$1 result=0 times=10
    if [[ ! -x $directory/events ]]; then
        echo "SKIPPED: the thread sanitizer's build is not there"
        exit 0
    fi
    reports=$(mktemp -d "$directory/reports-XXXXXX")
    trap 'rm -rf "$reports"' EXIT
    run_one "$directory/contexts" || result=1
    while ((times-- > 0)); do
        run_one "$directory/events" in_place || result=1
        run_one "$directory/events" detached || result=1
        ((result == 0)) || break
    done
    exit "$result"
}

"$@"
