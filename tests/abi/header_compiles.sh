#!/bin/sh
# header_compiles.sh COMPILER LANGUAGE STANDARD INCLUDE: the header alone, twice, with warnings as errors.
set -eu
compiler=$1 language=$2 standard=$3 include=$4

accepts() {
    echo 'int nothing;' | "$compiler" -x "$language" -std="$1" -fsyntax-only - 2>/dev/null
}
# The name that a standard had before it was published.
case $standard in
c23) earlier=c2x ;;
c++23) earlier=c++2b ;;
*) earlier=$standard ;;
esac
if ! accepts "$standard"; then
    standard=$earlier
    if ! accepts "$standard"; then
        echo "SKIPPED: $compiler does not know -std=$standard"
        exit 0
    fi
fi

printf '#include <daemonctx/daemonctx.h>\n#include <daemonctx/daemonctx.h>\n' |
    "$compiler" -x "$language" -std="$standard" -fsyntax-only -Wall -Wextra -Wpedantic -Wconversion -Wundef -Werror \
        -I "$include" -
echo "no warnings with -std=$standard"
