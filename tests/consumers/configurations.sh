#!/bin/bash
# configurations.sh ROOT SCRATCH: the library as builders configure it. Whatever they choose, the shared object exports
# the functions of the ABI, and the archive has them as ordinary code.
set -euo pipefail
root=$1
scratch=$2
mkdir -p "$scratch"
wanted=$(grep -o 'daemonctx_[a-z0-9_]*;' "$root/c/abi/daemonctx.map" | tr -d ';' | sort)

for program in gcc ninja; do
    if ! command -v "$program" >/dev/null; then
        echo "SKIPPED: $program is not installed"
        exit 0
    fi
done

functions() { nm "$@" | awk '$2 == "T" && $3 ~ /^daemonctx_/ { sub(/@.*/, "", $3); print $3 }' | sort; }

# check NAME CMAKE-ARGUMENT...
check() {
    local name=$1 build=$scratch/$1
    shift
    rm -rf "$build"
    if ! { cmake -S "$root" -B "$build" -G Ninja -DBUILD_TESTING=OFF -DDAEMONCTX_BUILD_EXAMPLES=OFF "$@" &&
        cmake --build "$build" --parallel "${JOBS:-1}" --target daemonctx daemonctx_static; } >"$build.log" 2>&1; then
        tail -n 20 "$build.log" >&2
        echo "$name: it cannot be built" >&2
        return 1
    fi
    if ! diff <(echo "$wanted") <(functions -D --defined-only "$build/c/libdaemonctx.so") >&2; then
        echo "$name: the shared object has other functions than the ABI" >&2
        return 1
    fi
    if ! diff <(echo "$wanted") <(functions --defined-only "$build/c/libdaemonctx.a") >&2 ||
        readelf --sections --wide "$build/c/libdaemonctx.a" | grep -q '\.gnu\.lto'; then
        echo "$name: the archive has other functions than the ABI, or not as ordinary code" >&2
        return 1
    fi
    echo "$name: $(grep -c . <<<"$wanted") functions"
}

check release -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER=gcc
check no_lto -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER=gcc -DCMAKE_C_FLAGS=-fno-lto
check lto_linked_without -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER=gcc -DCMAKE_SHARED_LINKER_FLAGS=-fno-lto
check ipo_off -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_C_COMPILER=gcc -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=OFF
check ipo_on -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_COMPILER=gcc -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON
if command -v clang >/dev/null; then
    check clang -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER=clang -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON
else
    echo "clang: left out, it is not installed"
fi
