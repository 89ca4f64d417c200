#!/bin/bash
# readme.sh README LANGUAGE INTERPRETER...: runs each block of the language in the README, where the README is, and
# compares what it prints with what the README says.
set -euo pipefail
readme=$1 language=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

awk -v language="$language" -v work="$work" '
    $0 == "```" { inside = 0 }
    inside { print > (work "/block." count) }
    $0 == "```" language { inside = 1; count++ }' "$readme"
[[ -e $work/block.1 ]] || {
    echo "no block of $language in $readme"
    exit 1
}

if [[ $language == python ]] && ! "$1" -c 'import cffi' 2>/dev/null; then
    echo "SKIPPED: this Python has no cffi"
    exit 77
fi
cd "$(dirname "$readme")"
umask='daemonctx_status_t daemonctx_get_umask(const daemonctx_context_t *ctx, uint32_t *ret_mask);'
declare -A says=(
    [1]="ERR_ARGUMENT: cannot set pidfile: '' is empty"
    [2]="$umask ['ret_mask'] Read the daemon's umask."
)
for block in "$work"/block.*; do
    said=$("$@" "$block")
    if [[ $said != "${says[${block##*.}]}" ]]; then
        echo "block ${block##*.} of $language says: $said"
        exit 1
    fi
    echo "block ${block##*.} of $language: $said"
done
