#!/bin/sh
# Checks the man pages that are made from the header: one for each function, with all its sections and statuses; and
# that groff (and mandoc, where it is installed) take them without a warning.
# usage: man.sh SOURCES OUTPUT
set -eu
sources=$1
output=$2
header=$sources/c/include/daemonctx/daemonctx.h
failures=0

complain() {
    echo "$*" >&2
    failures=$((failures + 1))
}

sh "$sources/docs/man/make.sh" "$sources" "$output/man3"

# Functions, and of each the statuses and parameters that its comment names, asked from the header in another way than
# the generator does.
awk '
    /^\/\*\*/ { words = "" }
    /@retval|@param/ { sub(/\[[a-z,]*\]/, ""); words = words " " $3 }
    /^DAEMONCTX_API / { text = $0; while (text !~ /\(/) { getline; text = text $0 }
        sub(/\(.*/, "", text); sub(/.*[ *]/, "", text); print text words; words = "" }
' "$header" >"$output/functions"
[ "$(wc -l <"$output/functions")" -ge 100 ] || complain "fewer than 100 functions found in the header"

while read -r name words; do
    page=$output/man3/$name.3
    if [ ! -f "$page" ]; then
        complain "$name has no man page"
        continue
    fi
    for heading in NAME SYNOPSIS DESCRIPTION ATTRIBUTES HISTORY '"SEE ALSO"'; do
        grep -qxF ".SH $heading" "$page" || complain "$name(3) has no section $heading"
    done
    # A section that is followed by another one at once is empty.
    awk -v page="$name(3)" '/^\.SH/ { if (after) { print page ": empty section before " $0; bad = 1 } after = 1; next }
        { after = 0 } END { exit bad || after }' "$page" >&2 || complain "$name(3) has an empty section"
    for word in $words; do
        grep -qE "^(\\\\%)?\\\\f[BI]\\\\?$word\\\\fP" "$page" || complain "$name(3) does not describe $word"
    done
    grep -q '@[a-z]' "$page" && complain "$name(3) has a mark of the comment left in it"
    grep -qF "\\fB$name\\fP(3)" "$output/man3/daemonctx.3" || complain "daemonctx(3) does not list $name"
done <"$output/functions"

# Every page that another one of ours names exists.
cat "$output"/man3/*.3 | grep -oE 'daemonctx_[a-z_]+\\fP\(3\)' | sed 's/\\.*//' | sort -u >"$output/named"
while read -r name; do
    [ -f "$output/man3/$name.3" ] || complain "$name(3) is named, and does not exist"
done <"$output/named"
grep -qF 'daemonctx_open(context)' "$output/man3/daemonctx.3" || complain "daemonctx(3) has no example"

cd "$output"
checkers=
if command -v groff >/dev/null; then
    for page in man3/*.3; do
        warnings=$(groff -man -s -I. -ww -z -Tutf8 "$page" 2>&1) || complain "$page: groff fails"
        [ -z "$warnings" ] || complain "$page: $warnings"
    done
    checkers=groff
fi
if command -v mandoc >/dev/null; then
    # Links (.so) are fragile, says mandoc; they are what distributions use.
    for page in man3/*.3; do
        grep -q '^\.so ' "$page" && continue
        mandoc -Tlint -W warning "$page" >&2 || complain "$page: mandoc warns"
    done
    checkers="$checkers mandoc"
fi
[ "$failures" -eq 0 ] || exit 1
files=$(find man3 -name '*.3' | wc -l)
echo "$(wc -l <functions) functions have their page; $files files, checked by: ${checkers:-nothing}"
[ -n "$checkers" ] ||
    echo "SKIPPED: neither groff nor mandoc is installed"
