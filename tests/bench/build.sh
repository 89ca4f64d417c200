#!/bin/bash
# build.sh ROOT: builds the benchmark's programs and the peers of other languages in ROOT/build/bench, beside the
# release build in ROOT/build/release. A peer that cannot be had leaves its reason in build/bench/missing.
set -euo pipefail
cd "$1"
readonly out=$PWD/build/bench room=$PWD/tests/bench
rm -rf "$out/missing"
mkdir -p "$out/missing"

# attempt NAME COMMAND...: what it says is the reason, if it fails.
attempt() {
    local name=$1
    shift
    if ! "$@" >"$out/missing/$name" 2>&1; then
        echo "bench: $name cannot be built: $(tail -n 1 "$out/missing/$name")" >&2
        return
    fi
    rm -f "$out/missing/$name"
}

build_go() { (cd "$room/peers/go" && GOFLAGS='-mod=readonly -buildvcs=false' go build -o "$out/programs/bin/go_daemon" .); }

# In a copy: Cargo.toml names every version, and a lock file would name a registry.
build_rust() {
    mkdir -p "$out/rust_peer" && cp -r "$room/peers/rust/." "$out/rust_peer"
    cargo build --quiet --release --manifest-path "$out/rust_peer/Cargo.toml" --target-dir "$out/rust"
}

# environment NAME: a virtual environment with what peers or plots need.
environment() {
    local requirements=$room/$2
    [[ ! -e $out/$1/.made || $requirements -nt $out/$1/.made ]] || return 0
    rm -rf "${out:?}/$1"
    python3 -m venv "$out/$1" &&
        "$out/$1/bin/pip" install --quiet --disable-pip-version-check -r "$requirements" &&
        touch "$out/$1/.made"
}

{
    cmake -S "$room" -B "$out/programs" -G Ninja -DCMAKE_C_COMPILER=gcc -DDAEMONCTX_RELEASE="$PWD/build/release"
    cmake --build "$out/programs" --parallel "${JOBS:-2}"
} >"$out/programs.log" 2>&1 || {
    cat "$out/programs.log" >&2
    exit 1
}
ln -sf "$PWD/build/release/c/examples/echod" "$out/programs/bin/echod"
[[ -x $out/programs/bin/libdaemon ]] || echo 'libdaemon-dev is not installed' >"$out/missing/libdaemon"
attempt go build_go
attempt rust build_rust
attempt python environment python peers/python/requirements.txt
attempt plots environment plots requirements.txt
