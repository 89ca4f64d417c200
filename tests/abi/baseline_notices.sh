#!/bin/bash
# baseline_notices.sh CC: baseline.sh itself, tried out on a small library of its own: which changes fail, which pass.
# libabigail's statuses and options differ between versions, and a comparison that lets everything pass is silent.
set -euo pipefail
readonly compiler=$1
baseline=$(realpath "$(dirname "${BASH_SOURCE[0]}")/baseline.sh")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/first/c/include/daemonctx" "$work/first/c/abi" "$work/first/c/src"

cat >"$work/first/c/include/daemonctx/daemonctx.h" <<'TEXT'
#include <stdint.h>
enum daemonctx_colour { DAEMONCTX_RED = 0, DAEMONCTX_GREEN = 1, DAEMONCTX_BLUE };
typedef int32_t daemonctx_status_t;
typedef struct daemonctx_context daemonctx_context_t;
typedef int32_t (*daemonctx_hook_fn)(daemonctx_context_t *ctx, void *user_data);
daemonctx_status_t daemonctx_new(daemonctx_context_t **ret_ctx);
daemonctx_status_t daemonctx_set(daemonctx_context_t *ctx, int32_t number);
daemonctx_status_t daemonctx_hook(daemonctx_context_t *ctx, daemonctx_hook_fn hook);
uint32_t daemonctx_get(const daemonctx_context_t *ctx);
TEXT
cat >"$work/first/c/src/library.c" <<'TEXT'
#include <daemonctx/daemonctx.h>
#include <stddef.h>
struct daemonctx_context { int32_t number; };
static daemonctx_context_t only;
daemonctx_status_t daemonctx_new(daemonctx_context_t **ret_ctx) { *ret_ctx = &only; return 0; }
daemonctx_status_t daemonctx_set(daemonctx_context_t *ctx, int32_t number) { ctx->number = (int32_t)number; return 0; }
daemonctx_status_t daemonctx_hook(daemonctx_context_t *ctx, daemonctx_hook_fn hook) { return hook(ctx, NULL); }
uint32_t daemonctx_get(const daemonctx_context_t *ctx) { return (uint32_t)ctx->number; }
TEXT

# build DIRECTORY SONAME
build() {
    "$compiler" -g -O1 -fPIC -shared -I "$1/c/include" "$1/c/src/library.c" "-Wl,-soname,$2" \
        -o "$1/library.so"
}
compare() { bash "$baseline" check "$1" "$1/library.so" "$compiler"; }

build "$work/first" libdaemonctx.so.1
if ! command -v abidw >/dev/null || [[ $(uname -m) != x86_64 ]]; then
    compare "$work/first" # says why not
    exit 0
fi
bash "$baseline" update "$work/first" "$work/first/library.so" "$compiler"

# change EXPECTED NAME SED-EXPRESSION [SONAME [SED-EXPRESSION]]: the change is made to a copy, in header and source (the
# second expression: in the baseline), and compared.
failed=0
change() {
    local expected=$1 name=$2 expression=$3 got=passes
    shift 3
    local copy=$work/changed
    rm -rf "$copy"
    cp -r "$work/first" "$copy"
    sed -i -E "$expression" "$copy/c/include/daemonctx/daemonctx.h" "$copy/c/src/library.c"
    if (($# == 0)) && diff -rq "$work/first/c" "$copy/c" >/dev/null; then
        [[ $name == nothing ]] || { echo "the change makes no difference: $name" && failed=1; }
    fi
    [[ -z ${2-} ]] || sed -i "$2" "$copy/c/abi/daemonctx.abi.xml"
    build "$copy" "${1:-libdaemonctx.so.1}"
    compare "$copy" >"$work/output" 2>&1 || got=fails
    ! grep -q SKIPPED "$work/output" || got=skipped
    if [[ $got == "$expected" ]]; then
        echo "$name: $got"
    else
        echo "$name: $got, and should not have"
        cat "$work/output"
        failed=1
    fi
}

change passes 'nothing' ''
change passes 'a function is added' 's/^(uint32_t daemonctx_get\(.*;)$/\1 int32_t daemonctx_more(void);/;s/^(uint32_t daemonctx_get\(.* \})$/\1 int32_t daemonctx_more(void) { return 0; }/'
change passes 'an enumerator is added' 's/DAEMONCTX_BLUE/DAEMONCTX_BLUE, DAEMONCTX_WHITE/'
change passes 'an enum is added' 's/^(enum .*)$/\1 enum daemonctx_size { DAEMONCTX_LARGE = 1 };/'
change passes 'the opaque struct has another name' 's/struct daemonctx_context/struct daemonctx_inner/'
change passes 'the opaque struct has another member' 's/\{ int32_t number; \}/{ int32_t number; int64_t more; }/'
change passes 'a parameter has another name' 's/int32_t number/int32_t value/;s/\(int32_t\)number/value/;s/struct daemonctx_context \{ int32_t value/struct daemonctx_context { int32_t number/'
change fails 'a function is removed' '/daemonctx_hook\(/d'
change fails 'a function has another name' 's/daemonctx_get\(/daemonctx_number(/'
change fails 'a parameter is wider' 's/int32_t number\)/int64_t number)/'
change fails 'a parameter has another sign' 's/int32_t number\)/uint32_t number)/'
change fails 'a parameter is added' 's/int32_t number\)/int32_t number, int32_t more)/'
change fails 'a parameter lost its const' 's/\(const daemonctx_context_t/(daemonctx_context_t/'
change fails 'a result has another type' 's/^uint32_t daemonctx_get/uint64_t daemonctx_get/'
change fails 'a result is gone' 's/^uint32_t daemonctx_get/void daemonctx_get/;s/return \(uint32_t\)ctx->number/(void)ctx/'
change fails 'a callback has another parameter' 's/void \*user_data\)/int32_t user_data)/;s/hook\(ctx, NULL\)/hook(ctx, 0)/'
change fails 'a status is wider' 's/typedef int32_t daemonctx_status_t/typedef int64_t daemonctx_status_t/'
change fails 'an enumerator has another value' 's/DAEMONCTX_GREEN = 1/DAEMONCTX_GREEN = 4/'
change fails 'an enumerator is renumbered by one before it' 's/DAEMONCTX_BLUE/DAEMONCTX_WHITE, DAEMONCTX_BLUE/'
change fails 'an enumerator is removed' 's/, DAEMONCTX_BLUE//'
change fails 'an enumerator has another name' 's/DAEMONCTX_RED/DAEMONCTX_ROUGE/'
change fails 'an enum has another name' 's/enum daemonctx_colour/enum daemonctx_color/'
change fails 'the soname is another' '' libdaemonctx.so.2

# A baseline that cannot be read must not pass as one with nothing in it.
change fails 'the baseline holds marks of a merge' '' '' "2a <<<<<<< ours"
change fails 'the baseline is cut' '' '' '20,999d'
change fails 'the baseline lost a function' '' '' '0,/<function-decl/{/<function-decl/,/<\/function-decl/d}'
exit "$failed"
