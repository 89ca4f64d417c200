#!/bin/sh
# Builds the reference documentation from the project's own Doxyfile, into a directory of the build tree.
# usage: doxygen.sh DOXYGEN OUTPUT, in the top directory of the sources
set -eu
doxygen=$1
output=$2

rm -rf "$output"
mkdir -p "$output"
{
    cat Doxyfile
    printf 'OUTPUT_DIRECTORY = "%s"\n' "$output"
} | "$doxygen" -

# A Doxyfile that no longer finds its input would build empty pages without a warning.
page=$output/html/daemonctx_8h.html
for word in daemonctx_open daemonctx_pidfile_query DAEMONCTX_ERR_UNSUPPORTED; do
    grep -q "$word" "$page" || {
        echo "$word is missing in the reference" >&2
        exit 1
    }
done
grep -q DaemonContext "$output/html/index.html" || {
    echo "the README is not the main page" >&2
    exit 1
}
