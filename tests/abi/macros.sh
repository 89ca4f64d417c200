#!/bin/sh
# macros.sh HEADER SOURCE: each macro that the header defines is used by SOURCE.
set -eu
header=$1 source=$2

macros=$(sed -n 's/^[[:space:]]*#[[:space:]]*define[[:space:]]\{1,\}\([A-Za-z_0-9]*\).*/\1/p' "$header" | sort -u)
[ -n "$macros" ] || {
    echo "no macro found in $header"
    exit 1
}

failed=0
for macro in $macros; do
    if ! grep -qw "$macro" "$source"; then
        echo "no test uses $macro"
        failed=1
    fi
done
exit $failed
