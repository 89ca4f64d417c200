#!/bin/sh
# Builds the pages and the reference from the project's own Doxyfile, into a directory of the build tree.
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
fail() {
    echo "$*" >&2
    exit 1
}
page=$output/html/daemonctx_8h.html
for word in daemonctx_open daemonctx_pidfile_query DAEMONCTX_ERR_UNSUPPORTED; do
    grep -q "$word" "$page" || fail "$word is missing in the reference"
done
grep -q wait_events "$output"/html/class*DaemonContext.html || fail "the C++ class is missing in the reference"
grep -q DaemonContext "$output/html/index.html" || fail "docs/index.md is not the main page"
# Where doxygen's reader of Markdown goes wrong without a warning, its own commands show through.
grep -l 'ilinebr' "$output"/html/*.html >&2 && fail "a page has broken Markdown"
for file in docs/*.md; do
    name=$(basename "$file" .md)
    [ "$name" = index ] || [ -s "$output/html/md_docs_$name.html" ] || fail "$file is not in the Doxyfile"
done
[ -s "$output/html/launch.svg" ] || fail "the picture of the launch is missing"
grep -q 'daemonctx.css' "$output/html/index.html" || fail "the style sheet is not used"
