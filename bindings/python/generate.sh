#!/bin/bash
# Writes OUTDIR/daemonctx/_abi.py from the API description in JSON. The output depends on the description alone.
set -euo pipefail

if [[ $# != 1 ]]; then
    printf 'usage: %s OUTDIR\n' "$0" >&2
    exit 1
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
api=${DAEMONCTX_API_JSON:-$here/../ffi/daemonctx_api.json}

if ! command -v python3 >/dev/null; then
    echo "SKIPPED: python3 is not installed"
    exit 77
fi
mkdir -p "$1/daemonctx"
PYTHONDONTWRITEBYTECODE=1 python3 "$here/generator/write_abi.py" "$api" >"$1/daemonctx/_abi.py.new"
mv "$1/daemonctx/_abi.py.new" "$1/daemonctx/_abi.py"
