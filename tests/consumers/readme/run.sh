#!/bin/sh
# Runs the README's examples as a user would: start, second start, stop, start in a place where it cannot.
# usage: run.sh DAEMON STOP
set -u
executable=$1
stop=$2
directory=$(mktemp -d) || exit 1
pidfile=$directory/example.pid
message=$directory/message
pid=

# The daemons that were started here, known by their command line. A zombie, which only its parent can collect, has none
# any more. (The link /proc/PID/exe would be plainer, but a process without core dumps shows it to root alone.)
is_ours() {
    [ "$(tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline")" = "$executable $pidfile " ]
}

runs() {
    [ -n "$pid" ] && is_ours "$pid"
}

# A broken example may have left a daemon that no pid file names.
clean_up() {
    for entry in /proc/[0-9]*; do
        is_ours "${entry#/proc/}" && kill -KILL "${entry#/proc/}"
    done
    rm -rf "$directory"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

fail() {
    echo "$*" >&2
    [ -s "$message" ] && sed 's/^/the example said: /' "$message" >&2
    exit 1
}

# Detaching must not depend on what started the tests: no service manager's variables, no socket as input.
start() {
    env -u NOTIFY_SOCKET -u LISTEN_PID -u SYSTEMD_EXEC_PID "$executable" "$1" </dev/null >/dev/null 2>"$message"
}

executable=$(readlink -f "$executable") || fail "there is no example"
[ "$(stat -c %a "$directory")" = 700 ] || fail "the directory of the pid file is not private"

start "$pidfile" || fail "the example did not start"
pid=$(cat "$pidfile") || fail "there is no pid file when the launcher has ended"
runs || fail "the pid file does not hold the pid of the daemon: '$pid'"
[ ! -s "$message" ] || fail "the example printed something"

start "$pidfile" && fail "a second example started beside the first"
grep -q "$pid" "$message" || fail "the refusal does not name the daemon that runs, $pid"
runs || fail "the second start ended the daemon"
[ "$(cat "$pidfile")" = "$pid" ] || fail "the second start changed the pid file"

[ "$("$stop" "$pidfile" 2>"$message")" = stopped ] || fail "the daemon was not stopped"
runs && fail "the daemon is said to be stopped, and runs"
[ ! -e "$pidfile" ] || fail "the pid file is still there"
[ "$("$stop" "$pidfile" 2>"$message")" = "was not running" ] || fail "a daemon that is gone was stopped"
"$stop" "$directory" 2>"$message" && fail "a directory was stopped"
grep -q "cannot stop: " "$message" || fail "there is no reason why a directory cannot be stopped"

start "$directory/absent/example.pid" && fail "the example started without a pid file"
grep -q "$directory/absent" "$message" || fail "the refusal does not name the path"
echo "started, refused a second start, stopped, refused what cannot be"
