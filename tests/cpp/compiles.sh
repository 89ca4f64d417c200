#!/bin/sh
# compiles.sh COMPILER STANDARD INCLUDE_CPP INCLUDE_C FLAG...: a program compiles with all warnings as errors.
set -eu
compiler=$1 standard=$2 include_cpp=$3 include_c=$4
shift 4
[ "$compiler" ] || {
    echo 'SKIPPED: the compiler is not installed'
    exit 0
}
directory=$(dirname "$0")
for candidate in "$standard" c++2b; do
    if echo 'int nothing;' | "$compiler" -x c++ "-std=$candidate" -fsyntax-only - 2>/dev/null; then
        exec "$compiler" "-std=$candidate" -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -fsyntax-only \
            -I "$include_cpp" -I "$include_c" "$@" "$directory/compiles.cpp"
    fi
    [ "$standard" = c++23 ] || break
done
echo "SKIPPED: $compiler does not know -std=$standard"
