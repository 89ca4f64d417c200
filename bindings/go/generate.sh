#!/bin/bash
# Writes enums.go, the enumerators of the C header as Go constants, into a directory.
# usage: generate.sh OUTDIR; the contract of these scripts is told at the head of bindings/generate.sh
set -euo pipefail
readonly oldest=19 # Go 1.19 and every later one write the same

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=$(cd "${1:?usage: generate.sh OUTDIR}" && pwd)
description=${DAEMONCTX_API_JSON:-$here/../ffi/daemonctx_api.json}
export GOTOOLCHAIN=local CGO_ENABLED=0

skip() {
    echo "SKIPPED: $*"
    exit 77
}

command -v go >/dev/null || skip "go is not installed"
version=$(go env GOVERSION)
[[ $version =~ ^go1\.([0-9]+) ]] || skip "enums.go is made with Go 1.$oldest or newer, and this is $version"
((BASH_REMATCH[1] >= oldest)) || skip "enums.go is made with Go 1.$oldest or newer, and this is $version"
cd "$here"
go run ./internal/generate "$description" "$output/enums.go"
