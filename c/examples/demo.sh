#!/bin/bash
# demo.sh ECHOD: shows the library's whole job on a running echod, and fails when anything is not as it must be.
# Loopback only; what it starts it ends, by pid; what it writes is in one directory, which it removes.
set -euo pipefail

echod=$(realpath "${1:?usage: demo.sh PATH_OF_ECHOD}")
readonly echod
readonly wait_s=20 # the bound of every wait
readonly megabytes=8
broken=0
pid=

if [[ -t 1 ]]; then bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'; else bold='' green='' red='' plain=''; fi

title() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
show() { printf '  %s\n' "$*"; }
indent() { sed 's/^/  | /' "$@"; }

# row OK|BROKEN RULE SEEN
row() {
    local colour=$green
    if [[ $1 == BROKEN ]]; then
        colour=$red
        broken=$((broken + 1))
    fi
    printf '  %s%-6s%s  %-44s  %s\n' "$colour" "$1" "$plain" "$2" "$3"
}

# check RULE SEEN COMMAND...: a row that is ok if the command succeeds.
check() {
    local rule=$1 seen=$2
    shift 2
    if "$@"; then row ok "$rule" "$seen"; else row BROKEN "$rule" "$seen"; fi
}

# Waits until a command succeeds, at most wait_s seconds.
await() {
    local deadline=$((SECONDS + wait_s))
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.05
    done
}

# A process that ended counts as gone also where nobody has collected it yet.
is_gone() { [[ ! -e /proc/$1 ]] || grep -qs '^State:[[:space:]]*[ZX]' "/proc/$1/status"; }
equals() { [[ $1 == "$2" ]]; }
differs() { [[ $1 != "$2" ]]; }
lacks() { [[ ! -e $1 ]]; }
matches() { [[ $1 =~ $2 ]]; }

cleanup() {
    local status=$?
    trap - EXIT
    pid=${pid:-$(cat "$pidfile" 2>/dev/null || true)}
    if [[ -n $pid ]] && ! is_gone "$pid"; then
        kill -KILL "$pid" 2>/dev/null || true
    fi
    rm -rf "$place"
    exit "$status"
}

place=$(mktemp -d "${TMPDIR:-/tmp}/daemonctx-demo.XXXXXX")
readonly place pidfile=$place/echod.pid log=$place/echod.log config=$place/echod.conf
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# As root the daemon gives its privileges up, in a directory of its new user, where it can remove its pid file.
identity=()
user=$(id -un)
groups=$(id -G)
if [[ $(id -u) == 0 ]]; then
    user=nobody
    groups=$(id -G "$user")
    identity=(--user "$user")
    chown "$user" "$place"
fi

# A service manager's variables would tell echod not to detach.
start() { env -u NOTIFY_SOCKET -u LISTEN_PID -u SYSTEMD_EXEC_PID "$echod" "$@"; }

# Sets `status`, `output`: of a start that must be refused.
start_refused() {
    status=0
    output=$(start "$@" 2>&1) || status=$?
    indent <<<"$output"
}

echo_file() {
    exec {wire}<>"/dev/tcp/127.0.0.1/$port"
    cat "$place/sent" >&"$wire" &
    local writer=$!
    timeout "$wait_s" head -c "$(stat -c %s "$place/sent")" <&"$wire" >"$place/received" || true
    kill "$writer" 2>/dev/null || true
    wait "$writer" 2>/dev/null || true
    exec {wire}>&-
}

# Prints the first line that a new client gets: the greeting, or else its own line come back.
greeting() {
    local line=
    exec {wire}<>"/dev/tcp/127.0.0.1/$port"
    echo "none" >&"$wire"
    read -r -t "$wait_s" -u "$wire" line || true
    exec {wire}>&-
    printf '%s' "${line%$'\r'}"
}
lacks_errors() { ! grep -qE 'Sanitizer|runtime error' "$log"; }
is_silent() { ! (exec {wire}<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
greets_with() { [[ $(greeting) == "$1" ]]; }

# ---- What /proc says -------------------------------------------------------------------------------------------------

# The fields of /proc/<pid>/stat behind the name: state, parent, group, session, terminal, ...
after_name() { sed 's/.*) //' "/proc/$1/stat"; }
status_field() { sed -n "s/^$1:[[:space:]]*//p" "/proc/$pid/status"; }
# has_signals FIELD NUMBER...: all of them are in that set of /proc/<pid>/status.
has_signals() {
    local set number
    set=$((16#$(status_field "$1")))
    shift
    for number; do (((set >> (number - 1)) & 1)) || return 1; done
}
has_none() {
    local set number
    set=$((16#$(status_field "$1")))
    shift
    for number; do (((set >> (number - 1)) & 1)) && return 1; done
    return 0
}
# only_in LIST WORDS...: every word is in the list.
only_in() {
    local list=" $1 " word words
    read -r -a words <<<"${*:2}"
    for word in "${words[@]}"; do [[ $list == *" $word "* ]] || return 1; done
}
is_ancestor() {
    local at=$$
    [[ $1 != 1 ]] || return 0
    while ((at > 1)); do
        at=$(awk '/^PPid:/ { print $2 }' "/proc/$at/status")
        [[ $at == "$1" ]] && return 0
    done
    return 1
}

# The process is not dumpable, so that only root may look at its directory and descriptors.
look() { if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n "$@" 2>/dev/null; fi; }

descriptor_rows() {
    local fd target flags others='' strange=''
    local -A targets=()
    for fd in $(look ls "/proc/$pid/fd" | sort -n); do
        targets[$fd]=$(look readlink "/proc/$pid/fd/$fd")
    done
    check "stdin and stdout are /dev/null" "${targets[0]-closed}, ${targets[1]-closed}" \
        equals "${targets[0]-} ${targets[1]-}" "/dev/null /dev/null"
    check "stderr is the log file" "${targets[2]-closed}" equals "${targets[2]-}" "$log"
    for fd in "${!targets[@]}"; do
        target=${targets[$fd]}
        ((fd > 2)) || continue
        others+=" $fd:${target%%:*}"
        flags=$(look sed -n 's/^flags:[[:space:]]*//p' "/proc/$pid/fdinfo/$fd")
        case $target in
        socket:* | anon_inode:* | "$pidfile") ((8#$flags & 8#2000000)) || strange+=" $fd:not-close-on-exec" ;;
        *) strange+=" $fd:$target" ;;
        esac
    done
    check "no descriptor of the launcher's is left" "${strange:-own ones, close-on-exec:${others//$place\//}}" equals "$strange" ''
}

process_rows() {
    local parent group session terminal own_group own_session
    read -r _ _ own_group own_session _ <<<"$(after_name "$$")"
    read -r _ parent group session terminal _ <<<"$(after_name "$pid")"
    check "parent is init or a subreaper" "pid $parent" is_ancestor "$parent"
    check "not a session leader" "session $session, pid $pid" differs "$session" "$pid"
    check "not the launcher's session" "the launcher's is $own_session" differs "$session" "$own_session"
    check "not the launcher's process group" "group $group, the launcher's is $own_group" differs "$group" "$own_group"
    check "no controlling terminal" "tty_nr $terminal" equals "$terminal" 0
    check "umask 0, not the launcher's 027" "$(status_field Umask)" equals "$(status_field Umask)" 0000
    check "core limit 0" "$(grep 'core file' "/proc/$pid/limits" | tr -s ' ')" \
        matches "$(grep 'core file' "/proc/$pid/limits")" 'size +0 +0 '
    check "runs as $user, all four ids" "uid $(status_field Uid | tr '\t' ' ')" \
        equals "$(status_field Uid | tr -s '\t' '\n' | sort -u)" "$(id -u "$user")"
    check "every group is that user's" "groups $(status_field Gid | cut -f 1), $(status_field Groups)" \
        only_in "$groups" "$(status_field Gid)" "$(status_field Groups)"
    check "SIGTTIN, SIGTTOU, SIGTSTP ignored" "SigIgn $(status_field SigIgn)" has_signals SigIgn 20 21 22
    check "SIGTERM, SIGHUP handled, not blocked" "SigCgt $(status_field SigCgt)" has_signals SigCgt 1 15
    check "no mapped signal is blocked" "SigBlk $(status_field SigBlk)" has_none SigBlk 1 2 13 15 20 21 22
    check "pid file holds the pid, mode 0644" "$(stat -c '%a %U' "$pidfile"), $(<"$pidfile")" \
        equals "$(stat -c %a "$pidfile") $(<"$pidfile")" "644 $pid"
    check "not dumpable: its /proc belongs to root" "$(stat -c %U "/proc/$pid/io")" equals "$(stat -c %u "/proc/$pid/io")" 0
    if look readlink "/proc/$pid/cwd" >/dev/null; then
        check "working directory and root are /" "$(look readlink "/proc/$pid/cwd"), $(look readlink "/proc/$pid/root")" \
            equals "$(look readlink "/proc/$pid/cwd")$(look readlink "/proc/$pid/root")" //
        descriptor_rows
    else
        show "        (only root may see its directory and descriptors: run this as root to see them too)"
    fi
}

# ---- The demonstration -----------------------------------------------------------------------------------------------

title "1. echod becomes a daemon"
echo "# echod's settings" >"$config"
cd "$place" # relative paths mean the launcher's directory, for good
arguments=(--config echod.conf --pidfile echod.pid --log echod.log "${identity[@]}")
show "\$ echod --port 0 ${arguments[*]}"
# Its output ends when the daemon closes it, at readiness: what is read here is all that it said on the terminal.
# The launcher gets two more descriptors and a file mode mask, none of which may reach the daemon.
said=$(umask 027 && start --port 0 "${arguments[@]}" 8</dev/zero 9>>"$place/stray" 2>&1) || {
    indent <<<"$said"
    exit 1
}
indent <<<"$said"
port=$(sed -n 's/.* port \([0-9]*\), pid .*/\1/p' <<<"$said")
pid=$(sed -n 's/.*, pid \([0-9]*\)$/\1/p' <<<"$said")
check "the launcher ended with status 0" "daemon $pid on port $port" test -n "$pid" -a -n "$port"
[[ -n $pid && -n $port ]]

title "2. A second start is refused, with the pid of the first"
start_refused --port 0 "${arguments[@]}"
check "refused with status 1" "status $status" equals "$status" 1
check "the sentence names the pid" "$pid" matches "$output" "(^|[^0-9])$pid([^0-9]|\$)"

title "3. It does its work: $megabytes MiB there and back over TCP"
head -c $((megabytes << 20)) /dev/urandom >"$place/sent"
echo_file
check "the bytes came back as they were sent" "$(stat -c %s "$place/received") bytes" cmp -s "$place/sent" "$place/received"

title "4. Its process state, as /proc shows it, against the rules it keeps"
process_rows

title "5. SIGHUP: it reads its settings again"
check "no greeting so far" "$(greeting)" greets_with none
echo "greeting = hello from the new settings" >"$config"
kill -HUP "$pid"
check "new clients are greeted" "hello from the new settings" await greets_with 'hello from the new settings'
echo "nonsense" >"$config"
kill -HUP "$pid"
check "settings with a mistake are not taken" "$(grep -c . "$log") lines in the log" \
    await grep -q 'settings kept' "$log"
check "still greeted as before" "$(greeting)" greets_with 'hello from the new settings'
indent "$log"

title "6. A start that fails says so in the launcher"
start_refused --port "$port" --pidfile second.pid "${identity[@]}"
check "status 1" "status $status" equals "$status" 1
check "one sentence" "$(wc -l <<<"$output") line" equals "$(wc -l <<<"$output")" 1
check "that names the reason" "Address already in use" matches "$output" "port $port: Address already in use"
check "no pid file is left" "second.pid" lacks "$place/second.pid"

title "7. SIGTERM ends it in order"
kill -TERM "$(<"$pidfile")"
check "the daemon ended" "pid $pid" await is_gone "$pid"
check "the pid file is gone" "echod.pid" lacks "$pidfile"
check "nothing wrong in the log" "$(grep -c . "$log") lines" lacks_errors
check "nobody listens any more" "port $port" is_silent

title "$([[ $broken == 0 ]] && echo 'All as it must be.' || echo "$broken BROKEN.")"
[[ $broken == 0 ]]
