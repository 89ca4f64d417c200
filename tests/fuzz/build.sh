#!/bin/bash
# build.sh SOURCE BUILD: configures and builds the fuzz targets in BUILD.
set -euo pipefail
readonly source=$1 build=$2

if ! command -v clang >/dev/null || ! command -v clang++ >/dev/null; then
    echo "SKIPPED: clang is not installed"
    exit 0
fi
runtime=$(clang -print-file-name="libclang_rt.fuzzer-$(uname -m).a")
if [[ ! -e $runtime ]] && ! compgen -G "$(clang -print-resource-dir)/lib/*/libclang_rt.fuzzer*" >/dev/null; then
    echo "SKIPPED: clang's libFuzzer is not installed (Debian: libclang-rt-14-dev)"
    exit 0
fi

readonly flags="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DDAEMONCTX_FUZZ=ON \
    -DDAEMONCTX_BUILD_EXAMPLES=OFF -DDAEMONCTX_LINT_TESTS=OFF -DDAEMONCTX_WARNINGS_AS_ERRORS=ON \
    -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags"
cmake --build "$build" --target fuzz_targets
