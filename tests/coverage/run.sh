#!/bin/bash
# run.sh SOURCE BUILD [CTEST-ARGUMENT…]: builds with an instrumented library, runs the tests of the library, and tells
# which lines and branches of c/src they reached: a table, the lines that none reached, and pages in BUILD/coverage.
set -euo pipefail
source=$(realpath "$1")
build=$(realpath -m "$2")
readonly source build profiles=$build/profiles
shift 2

for tool in clang llvm-profdata llvm-cov; do
    if ! command -v "$tool" >/dev/null; then
        echo "SKIPPED: $tool is not installed (Debian: clang, libclang-rt-14-dev, llvm)"
        exit 0
    fi
done

# What compiles, lints or checks in a build of its own reaches nothing of this library; and an instrumented one allocates,
# loads and exports other things than the real one.
readonly left_out='^(lint|build|docs|consumers|abi|fuzz|checked|demo|rows)\.'

cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=g++ \
    -DDAEMONCTX_LINT_TESTS=OFF -DCMAKE_PROJECT_daemonctx_INCLUDE="$source/tests/coverage/instrument.cmake"
cmake --build "$build" --parallel "${JOBS:-$(nproc)}"

rm -rf "$profiles"
mkdir -p "$profiles"
chmod 1777 "$profiles" # the tests run programs as other users, too
export LLVM_PROFILE_FILE=$profiles/%p-%m%c.profraw # "%m": added to what an earlier process of that number left
result=0
ctest --test-dir "$build" --exclude-regex "$left_out" --parallel "${TEST_JOBS:-$(nproc)}" "$@" || result=$?
unset LLVM_PROFILE_FILE
((result == 0)) || echo "some tests failed: what they would have reached is missing below"

# A process that was killed while it started leaves a file without a head.
find "$profiles" -name '*.profraw' -size +0 >"$build/profiles.list"
llvm-profdata merge --sparse --failure-mode=all --input-files="$build/profiles.list" -o "$build/coverage.profdata" \
    2>"$build/profdata.log" || cat "$build/profdata.log"
library=$(find "$build/c" -name 'libdaemonctx.so.*.*.*' -type f)
readonly library of=(-instr-profile="$build/coverage.profdata" "$source/c/src")

llvm-cov show "$library" "${of[@]}" -format=html -show-branches=count -output-dir="$build/coverage" >/dev/null
llvm-cov report "$library" "${of[@]}" -show-region-summary=false | sed "s|^$source/||" | tee "$build/coverage.txt"
printf '\nlines that no test reached:\n'
llvm-cov export "$library" "${of[@]}" -format=lcov | awk -v source="$source/" '
    function range() {
        if (first != "") { printf "  %s:%s\n", file, first == last ? first : first "-" last }
        first = ""
    }
    /^SF:/ { file = substr($0, 4); sub(source, "", file); first = "" }
    /^DA:/ {
        split(substr($0, 4), line, ",")
        if (line[2] == 0) { if (first == "") { first = line[1] } last = line[1] } else { range() }
    }
    /^end_of_record/ { range() }' | tee "$build/uncovered.txt"
printf '\npages: %s\n' "$build/coverage/index.html"
exit "$result"
