#!/bin/bash
# tidy.sh ROOT BUILD: clang-tidy over the library and the examples, compiled as in BUILD/compile_commands.json.
set -euo pipefail
readonly root=$1
build=$(realpath "$2")
cd "$root"

if ! command -v clang-tidy >/dev/null; then
    echo "SKIPPED: clang-tidy is not installed"
    exit 0
fi

mapfile -d '' files < <(find c/src c/examples -type f -name '*.c' -print0 | sort -z)
# gcc's options may be unknown to clang. Findings go to stdout; stderr has only counts of the warnings in system headers.
printf '%s\0' "${files[@]}" |
    xargs -0 -n 1 -P "${JOBS:-$(nproc)}" clang-tidy -p "$build" --quiet \
        --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-ignored-optimization-argument 2>/dev/null
echo "${#files[@]} files: no findings"
