#!/bin/bash
# format.sh ROOT [--apply]: checks, or sets right, the formatting of every C and C++ source, with the one version of
# clang-format that decides (others disagree in details).
set -euo pipefail
readonly root=$1 decides=14
cd "$root"

tool=
for candidate in "clang-format-$decides" clang-format; do
    if [[ $("$candidate" --version 2>/dev/null) =~ version\ $decides\. ]]; then
        tool=$candidate
        break
    fi
done
if [[ -z $tool ]]; then
    echo "SKIPPED: clang-format $decides is not installed"
    exit 0
fi

directories=()
for directory in c cpp tests; do
    [[ ! -d $directory ]] || directories+=("$directory")
done
mapfile -d '' files < <(
    find "${directories[@]}" -type f '(' -name '*.c' -o -name '*.h' -o -name '*.cpp' -o -name '*.hpp' ')' -print0 | sort -z
)
if [[ ${2-} == --apply ]]; then
    "$tool" -i "${files[@]}"
else
    "$tool" --dry-run --Werror --ferror-limit=2 "${files[@]}" || {
        echo "not formatted as .clang-format says: ./dev format sets it right"
        exit 1
    }
    echo "${#files[@]} files are formatted as .clang-format says"
fi
