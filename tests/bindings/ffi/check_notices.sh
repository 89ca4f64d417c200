#!/bin/bash
# check_notices.sh BINDINGS HEADER: in a copy, `generate.sh --check` is content with what `generate.sh` made, and fails
# with each of: a changed line, a missing file, a header that has changed; it says so of a generator that is not there.
set -euo pipefail
bindings=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/bindings" "$work/include/daemonctx"
cp "$bindings/generate.sh" "$work/bindings/"
cp -R "$bindings/ffi" "$work/bindings/"
cp "$2" "$work/include/daemonctx/daemonctx.h"
export DAEMONCTX_HEADER=$work/include/daemonctx/daemonctx.h
plain=$work/bindings/ffi/daemonctx_ffi.h

# expect STATUS WHAT [LANGUAGE]
expect() {
    local status=0
    bash "$work/bindings/generate.sh" --check "${3-ffi}" >"$work/said" 2>&1 || status=$?
    if [[ $status != "$1" ]]; then
        cat "$work/said"
        echo "$2: it ends with $status instead of $1"
        exit 1
    fi
    echo "$2: $status"
}

status=0
bash "$work/bindings/generate.sh" ffi || status=$?
if ((status == 77)); then
    exit 77 # its reason is on the output
fi
expect 0 "nothing was changed"

sed -i 's/daemonctx_status_t daemonctx_open(/int32_t daemonctx_open(/' "$plain"
expect 1 "a line was changed by hand"

rm "$plain"
expect 1 "a file is missing"

bash "$work/bindings/generate.sh" ffi
sed -i 's/DAEMONCTX_IDLE = 3/DAEMONCTX_IDLE = 33/' "$DAEMONCTX_HEADER"
expect 1 "the header has changed"

mkdir "$work/bindings/other"
expect 1 "a language has no generator" other
printf '#!/bin/sh\necho "SKIPPED: no such tool"\nexit 77\n' >"$work/bindings/other/generate.sh"
chmod +x "$work/bindings/other/generate.sh"
expect 77 "a generator cannot be had" other
grep -q '^SKIPPED: no such tool$' "$work/said"
