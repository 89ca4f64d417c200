#!/bin/sh
# Checks that every test and row cited on the pages exists.
# usage: citations.sh SOURCES SCRATCH
set -eu
sources=$1
scratch=$2
mkdir -p "$scratch"
find "$sources/tests" -name '*_test.cpp' -exec cat {} + >"$scratch/tests"
awk -v claimed="$sources/tests/rows/claimed.txt" -v tests="$scratch/tests" -f "$sources/tests/docs/citations.awk" \
    "$sources"/docs/*.md
