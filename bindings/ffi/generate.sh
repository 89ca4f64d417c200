#!/bin/bash
# Writes daemonctx_ffi.h (the C preprocessor's work) and daemonctx_api.json (Doxygen's) into a directory.
# usage: generate.sh OUTDIR; the contract of these scripts is told at the head of bindings/generate.sh
set -euo pipefail
readonly doxygen=1.9.4 # Debian 12's: another may order or mark the text of the comments in another way

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
header=${DAEMONCTX_HEADER:-$here/../../c/include/daemonctx/daemonctx.h}
output=${1:?usage: generate.sh OUTDIR}
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

skip() {
    echo "SKIPPED: $*"
    exit 77
}

for tool in python3 "${CC:-cc}"; do
    command -v "$tool" >/dev/null || skip "$tool is not installed"
done
python3 "$here/generator/plain_header.py" "$header" "$output/daemonctx_ffi.h"

command -v doxygen >/dev/null || skip "doxygen is not installed"
version=$(doxygen --version)
[[ ${version%% *} == "$doxygen" ]] || skip "daemonctx_api.json is made with doxygen $doxygen, and this is $version"
python3 "$here/generator/describe_api.py" "$header" "$output/daemonctx_api.json"
