#!/bin/sh
# with.sh TOOL ARGUMENTS...: runs a tool, or says that it is not there.
if [ ! -x "$1" ]; then
    echo "SKIPPED: $1 is not installed"
    exit 0
fi
exec "$@"
