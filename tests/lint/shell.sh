#!/bin/bash
# shell.sh ROOT: shellcheck over every shell script of the project.
set -euo pipefail
cd "$1"

if ! command -v shellcheck >/dev/null; then
    echo "SKIPPED: shellcheck is not installed"
    exit 0
fi

mapfile -d '' files < <(find bindings c tests -type f -name '*.sh' -print0 | sort -z)
shellcheck dev .ci/run "${files[@]}"
echo "$((2 + ${#files[@]})) scripts: no findings"
