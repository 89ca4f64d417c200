#!/bin/bash
# build.sh DIRECTORY: builds the probe there. The C probe's sources become part of the Go package's directory, each with
# the redirection before it, because cgo compiles what lies there, and builds again when it has changed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
directory=$1
sources=$here/../../../daemon/probe

rm -rf "$directory/package"
mkdir -p "$directory/package"
cp "$here"/*.go "$here"/*.c "$here"/*.h "$sources/probe.h" "$directory/package/"
for source in "$sources"/*.c; do
    name=$(basename "$source" .c)
    {
        # contexts of its own in threads of its own are C's alone
        [[ $name == threads ]] || echo '#define DAEMONCTX_TESTS_GO_REDIRECTED'
        echo '#include "redirect.h"'
        cat "$source"
    } >"$directory/package/probe_$name.c"
done
cat >"$directory/package/go.mod" <<MODULE
module daemonctx.test/probe

go 1.19

require daemonctx v0.0.0

replace daemonctx => $(cd "$here/../../../../bindings/go" && pwd)
MODULE
cd "$directory/package"
go build -o "$directory/probe" .
