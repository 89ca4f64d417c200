#!/bin/bash
# run.sh JAVA CLASSES SHIM CONTROL: starts the JVM's daemon, awaits its word, and stops it. CONTROL is the program of
# docs/pidfiles.md.
set -euo pipefail
java=$1 classes=$2 shim=$3 control=$4
directory=$(mktemp -d)
pidfile=$directory/java.pid

clean_up() {
    [[ ! -s $pidfile ]] || "$control" stop "$pidfile" >/dev/null 2>&1 || true
    rm -rf "$directory"
}
trap clean_up EXIT

start() { "$java" -Xmx64m -cp "$classes" Program "$shim" "$pidfile" "$directory/report" </dev/null; }

mkfifo "$directory/report"
start
read -r pid <"$pidfile"
[[ $(readlink "/proc/$pid/exe") == */java ]] || {
    echo "process $pid is no JVM"
    exit 1
}
timeout 60 cat "$directory/report" >"$directory/told"
cat "$directory/told"
grep -qx "pid $pid relaunched true rounds 50" "$directory/told"
if start 2>"$directory/said"; then
    echo "a second one started"
    exit 1
fi
grep -q "already running as process $pid" "$directory/said"
"$control" stop "$pidfile"
[[ ! -e $pidfile ]] || {
    echo "the pid file is left"
    exit 1
}
