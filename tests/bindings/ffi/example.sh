#!/bin/bash
# example.sh start|start-anew COMMAND...: an echo server of bindings/ffi/examples as a daemon, by fork or by re-exec,
# looked at from outside: the launch that tells, the pid file, the echo, the reload, the end, and what is refused.
set -euo pipefail
export LC_ALL=C
work=$(mktemp -d)
daemon=
end() {
    [[ -z $daemon ]] || kill -KILL "$daemon" 2>/dev/null || :
    rm -rf "$work"
}
trap end EXIT
pidfile=$work/echod.pid
log=$work/echod.log

fail() {
    echo "FAILED: $*"
    cat "$work"/said* 2>/dev/null || :
    exit 1
}

# expect STATUS ARGUMENT...: what it says is in $work/said
expect() {
    local wanted=$1 status=0
    shift
    timeout 30 "${command[@]}" "$@" >"$work/said" 2>&1 </dev/null || status=$?
    [[ $status == "$wanted" ]] || fail "$* ended with $status instead of $wanted"
}

says() { grep -q -e "$1" "$work/said" || fail "it does not say: $1"; }

# echoes TEXT: on the connection of descriptor 3
echoes() {
    local answer
    printf '%s\n' "$1" >&3
    read -r -t 10 answer <&3 || fail "no answer to '$1'"
    [[ $answer == "$1" ]] || fail "the answer to '$1' is '$answer'"
}

is_gone() { [[ ! -e /proc/$1 || $(sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null) == [ZX] ]]; }

start=$1
shift
command=("$@")
declare -A how=([start]='by fork' [start-anew]='anew')

expect 1 status "$pidfile"
says 'not running'

expect 0 "$start" "$pidfile" 0 "$log"
says "started ${how[$start]}, listening on 127.0.0.1 port [0-9]*, pid [0-9]*$"
port=$(sed -n 's/.*port \([0-9]*\), pid .*/\1/p' "$work/said")
daemon=$(sed -n 's/.*, pid //p' "$work/said")
[[ -f $pidfile && $(<"$pidfile") == "$daemon" ]] || fail "the pid file does not name process $daemon"
[[ $(readlink "/proc/$daemon/cwd") == / ]] || fail "its working directory is not /"
[[ $(cut -d ' ' -f 6 "/proc/$daemon/stat") != $(cut -d ' ' -f 6 /proc/$$/stat) ]] || fail "it is in this session"
echo "started ${how[$start]}: the launcher ended with 0, the daemon is in a session of its own"

expect 0 status "$pidfile"
says "running, pid $daemon$"
exec 3<>"/dev/tcp/127.0.0.1/$port"
echoes 'hello'
exec 4<>"/dev/tcp/127.0.0.1/$port"
echoes 'with another client there'
exec 4>&-
echo "it echoes"

expect 1 "$start" "$pidfile"
says "already running as process $daemon, .*(ERR_ALREADY_RUNNING, step plan)"
expect 1 "$start" "$work/second.pid" "$port"
says "cannot listen on 127.0.0.1 port $port: Address already in use (ERR_PROGRAM, step report)"
[[ ! -e $work/second.pid ]] || fail "the failed daemon left its pid file"
expect 1 "$start" ''
says "'' is empty (ERR_ARGUMENT, step plan)"
expect 1 "$start" "$work/missing/echod.pid"
says 'No such file or directory (ERR_SYSTEM, step plan)'
echo "what cannot start is refused with its reason"

mv "$log" "$log.1"
expect 0 reload "$pidfile"
says 'reloaded$'
echoes 'in the round in which the signal came, or before' # an answer to the second one comes after the handler
echoes 'after the handler'
[[ -f $log && $(<"$log") == *': log reopened, as signal 1 asked' && $(wc -l <"$log") == 1 ]] ||
    fail "the reopened log does not tell, or tells more"
echo "SIGHUP reached the handler, in the example's language"

expect 0 stop "$pidfile"
says 'stopped$'
is_gone "$daemon" || fail "the process $daemon is still there"
[[ ! -e $pidfile ]] || fail "the pid file is still there"
status=0
read -r -t 10 <&3 || status=$?
((status == 1)) || fail "the connection is still open" # 1: end of file
daemon=
expect 1 stop "$pidfile"
says 'not running'
echo "stopped, and nothing is left"
