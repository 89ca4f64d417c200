#!/bin/bash
# same_bytes.sh ROOT WORK PACKAGES CC: the same sources, copied to another directory by another umask in another order,
# and built there at another time, in another time zone and language, give the same packages.
set -euo pipefail
readonly root=$1 work=$2 packages=$3 compiler=$4
rm -rf "$work"
umask 077
mkdir -p "$work/a directory with a much longer name"
cd "$work/a directory with a much longer name"
for part in "$root"/*; do
    [[ ${part##*/} == build* || ${part##*/} == tests ]] || cp -r "$part" .
done

TZ=Asia/Tokyo LANG=de_DE.UTF-8 JOBS=1 SOURCE_DATE_EPOCH=1700000000 \
    bash c/cmake/package.sh . "$work/other build" "$work/packages" "-DCMAKE_C_COMPILER=$compiler" >"$work/log" 2>&1 || {
    cat "$work/log"
    exit 1
}

different=0
for package in "$packages"/*.deb; do
    cmp "$package" "$work/packages/$(basename "$package")" || different=1
done
[[ $(find "$packages" -name '*.deb' | wc -l) == $(find "$work/packages" -name '*.deb' | wc -l) ]] || different=1
((different)) || echo 'both have the same bytes'
exit "$different"
