#!/bin/bash
# format.sh DIRECTORY...: fails where a Go source is not as gofmt writes it.
set -euo pipefail
if ! command -v gofmt >/dev/null; then
    echo "SKIPPED: gofmt is not installed"
    exit 0
fi
wrong=$(gofmt -l "$@")
[[ -z $wrong ]] || {
    printf 'not formatted by gofmt:\n%s\n' "$wrong" >&2
    exit 1
}
