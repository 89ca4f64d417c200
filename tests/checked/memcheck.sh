#!/bin/bash
# memcheck.sh BUILD-DIRECTORY PROGRAM [ARGUMENT…]: runs a program and all processes that it becomes under valgrind.
# Each must be free of invalid accesses, of uses of uninitialised memory and of leaks; one that says "freed PID" on
# stderr must have no memory and no descriptor that the library made.
set -euo pipefail

if ! command -v valgrind >/dev/null; then
    echo "SKIPPED: valgrind is not installed"
    exit 0
fi
mkdir -p "$1"
logs=$(mktemp -d "$1/XXXXXX")
shift
trap 'rm -rf "$logs"' EXIT

status=0
valgrind --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=definite,indirect,possible --track-fds=yes \
    --num-callers=40 --vgdb=no --error-exitcode=99 --log-file="$logs/%p" "$@" 2>"$logs/said" || status=$?

# bad WHAT LOG: one of the processes is not clean.
bad() {
    printf '%s:\n' "$1"
    cut -c 1-200 "$2"
    status=1
}

# The paragraphs of a log about memory or descriptors that were had from the library, and that it still has. What was
# registered for exit() and fork() is the process's, for ever; and so is what the C library keeps of a look-up.
kept() {
    sed 's/^==[0-9]*== \?//' "$1" | awk '
        BEGIN { RS = "" }
        /Open file descriptor|loss record/ && /daemonctx_|open_or_launch|steps_run/ &&
            !/inherited from parent|process_end_register|_nss_|dl_open|getpw|getgr/'
}

processes=0
for log in "$logs"/[0-9]*; do
    processes=$((processes + 1))
    if grep -qE 'Invalid|uninitialised|Mismatched|overlap|definitely lost: [1-9]|indirectly lost: [1-9]|possibly lost: [1-9]|default action of signal (4|6|7|8|11) ' "$log"; then
        bad "process ${log##*/}" "$log"
    fi
done
while read -r pid; do
    if [[ -n $(kept "$logs/$pid") ]]; then
        kept "$logs/$pid" >"$logs/kept"
        bad "process $pid has freed its context, and still has" "$logs/kept"
    fi
done < <(sed -n 's/^freed \([0-9]*\)$/\1/p' "$logs/said" | sort -u)
grep -v '^freed ' "$logs/said" || true
unknown=$(grep -ho 'unhandled .* syscall: [0-9]*' "$logs"/[0-9]* | sort -u || true)
[[ -z $unknown ]] || printf 'note: valgrind lets fail what it does not know: %s\n' "${unknown//$'\n'/, }"
printf '%d processes, %d of them freed a context\n' "$processes" "$(grep -c '^freed ' "$logs/said" || true)"
exit "$status"
