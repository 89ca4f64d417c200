#!/bin/bash
# lintian.sh PACKAGES: Debian's own checker finds no error and nothing to warn of.
set -euo pipefail
if ! command -v lintian >/dev/null; then
    echo 'SKIPPED: lintian is not installed'
    exit 0
fi
lintian --allow-root --fail-on error,warning "$1"/*.deb
echo 'lintian: nothing to warn of'
