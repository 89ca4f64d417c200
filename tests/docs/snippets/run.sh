#!/bin/sh
# Runs one program of the pages as a reader would. Daemons are asked about and stopped by the program of pidfiles.md.
# usage: run.sh NAME PROGRAM CONTROL
set -u
name=$1
program=$(readlink -f "$2") || exit 1
control=$3
directory=$(mktemp -d) || exit 1
pidfile=$directory/example.pid
out=$directory/out
err=$directory/err

# The daemons that were started here, known by their command line, as a broken example may leave no pid file.
is_ours() {
    case $(tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline") in
    "$program $pidfile "*) return 0 ;;
    *) return 1 ;;
    esac
}

clean_up() {
    for entry in /proc/[0-9]*; do
        is_ours "${entry#/proc/}" && kill -KILL "${entry#/proc/}"
    done
    rm -rf "$directory"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

fail() {
    echo "$name: $*" >&2
    cat "$out" "$err" >&2 2>/dev/null
    exit 1
}

# Detaching must not depend on what started the tests.
run() {
    env -u NOTIFY_SOCKET -u LISTEN_PID -u SYSTEMD_EXEC_PID "$@" </dev/null >"$out" 2>"$err"
}

expect() {
    grep -qF -e "$1" "$out" "$err" || fail "does not say '$1'"
}

# A daemon: starts, is alone, runs, stops.
start() {
    run "$program" "$pidfile" "$@" || fail "did not start"
    [ ! -s "$err" ] || fail "printed something"
    pid=$(cat "$pidfile")
    is_ours "$pid" || fail "the pid file does not name the daemon: '$pid'"
    run "$control" status "$pidfile" || fail "status does not find it"
    expect "runs as $pid"
}

stop() {
    run "$control" stop "$pidfile" || fail "was not stopped"
    [ ! -s "$out" ] || fail "had ended before it was stopped"
    is_ours "$pid" && fail "runs after it was stopped"
    [ ! -s "$pidfile" ] || fail "left its pid"
    run "$control" status "$pidfile"
    [ $? -eq 3 ] || fail "status still finds it"
}

case $name in
reexec_1)
    run "$program" "$pidfile" || fail "did not start"
    expect starting
    [ "$(wc -l <"$out")" -eq 1 ] || fail "greeted twice"
    run "$program" "$pidfile" && fail "a second one started"
    pid=$(cat "$pidfile")
    expect "$pid"
    is_ours "$pid" || fail "the pid file does not name the daemon: '$pid'"
    grep -q '^Threads:[[:space:]]*2$' "/proc/$pid/status" || fail "has lost its thread"
    stop
    ;;
index_1 | cpp_1 | threads_1)
    start
    run "$program" "$pidfile" && fail "a second one started"
    expect "$pid"
    stop
    ;;
readiness_1)
    start 127.0.0.1
    stop
    run "$program" "$pidfile" 192.0.2.1 && fail "started at an address that this machine has not"
    expect "cannot listen at 192.0.2.1: "
    [ ! -e "$pidfile" ] || fail "a failed launch left its pid file"
    ;;
signals_1)
    start
    run "$control" reload "$pidfile" || fail "could not be asked to reload"
    is_ours "$pid" || fail "ended by SIGHUP"
    stop
    ;;
privileges_1)
    if [ "$(id -u)" -ne 0 ] || ! id nobody >/dev/null 2>&1; then
        echo "SKIPPED: only root can become nobody, if there is a user of that name"
        exit 0
    fi
    start 0
    [ "$(stat -c %U "/proc/$pid/task")" = nobody ] ||
        awk '/^Uid:/ { exit $2 == 0 || $2 != $3 }' "/proc/$pid/status" || fail "stayed root"
    stop
    ;;
pidfiles_1)
    run "$program" status "$pidfile"
    [ $? -eq 3 ] || fail "a daemon that was never started runs"
    printf '1\n' >"$pidfile"
    run "$program" stop "$pidfile" || fail "a stale file is an error"
    expect "does not run"
    run "$program" reload "$directory" && fail "took a directory for a pid file"
    run "$program" && fail "runs without a command"
    expect "usage: "
    ;;
service_managers_1)
    run "$program" || fail "failed"
    expect ": "
    # shellcheck disable=SC2016 # the inner shell's own pid
    env -u SYSTEMD_EXEC_PID sh -c 'LISTEN_PID=$$ exec "$1"' sh "$program" >"$out" 2>"$err" </dev/null || fail "failed"
    expect "stays: a service manager named this process"
    ;;
errors_1)
    run "$program" "$pidfile" && fail "made a daemon"
    expect "sentence: cannot change directory to '/nope': No such file or directory"
    expect "status:   ERR_SYSTEM"
    expect "step:     working_directory"
    expect "errno:    No such file or directory"
    [ ! -e "$pidfile" ] || fail "a failed launch left its pid file"
    ;;
*)
    fail "is a new program of the pages: say here how it is run"
    ;;
esac
echo "$name does what its page says"
