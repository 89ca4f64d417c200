#!/bin/bash
# contents.sh ROOT PACKAGES VERSION: what is in the packages, by name, place, permission and owner; and what their control
# files say. Whatever is not listed here fails.
set -euo pipefail
export LC_ALL=C
readonly root=$1 packages=$2 version=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
architecture=$(dpkg --print-architecture)
readonly library=libdaemonctx1 major=${version%%.*}

failed=0
fail() {
    echo "$*"
    failed=1
}

# expect PACKAGE FIELD PATTERN
expect() {
    local value
    value=$(dpkg-deb -f "$(file "$1")" "$2")
    # shellcheck disable=SC2053 # a pattern
    [[ $value == $3 ]] || fail "$1: $2 is '$value', not '$3'"
}
file() { printf '%s/%s_%s_%s.deb' "$packages" "$1" "$version" "$([[ $1 == *-doc ]] && echo all || echo "$architecture")"; }

# Which files a package may have; `*` stands for several directories too.
allowed() {
    local path=$2
    case $1:$path in
    "$library:/usr/lib/$multiarch/libdaemonctx.so.$major" | "$library:/usr/lib/$multiarch/libdaemonctx.so.$version") ;;
    "libdaemonctx-dev:/usr/include/daemonctx/"*.h | "libdaemonctx-dev:/usr/include/daemonctx/"*.hpp) ;;
    "libdaemonctx-dev:/usr/lib/$multiarch/libdaemonctx.so" | "libdaemonctx-dev:/usr/lib/$multiarch/libdaemonctx.a") ;;
    "libdaemonctx-dev:/usr/lib/$multiarch/cmake/daemonctx/daemonctx-"*.cmake) ;;
    "libdaemonctx-dev:/usr/lib/$multiarch/pkgconfig/daemonctx.pc") ;;
    "daemonctx-doc:/usr/share/doc/daemonctx-doc/"* | daemonctx-doc:/usr/share/man/man[37]/*.gz) ;;
    "$1:/usr/share/doc/$1/copyright" | "$1:/usr/share/doc/$1/changelog.gz") ;;
    *) return 1 ;;
    esac
}

look_into() {
    local package=$1 mode owner path
    dpkg-deb --fsys-tarfile "$(file "$package")" | tar -tv --full-time >"$work/list"
    while read -r mode owner _ _ _ path; do
        path=${path#.}
        [[ $owner == root/root ]] || fail "$package: $path belongs to $owner"
        case $mode in
        drwxr-xr-x) continue ;;
        -rw-r--r--) ;;
        lrwxrwxrwx)
            [[ ${path#* -> } != */* ]] || fail "$package: a link leads elsewhere: $path"
            path=${path% -> *}
            ;;
        *) fail "$package: $path has the mode $mode" ;;
        esac
        allowed "$package" "$path" || fail "$package: what is this? $path"
    done <"$work/list"
    mkdir "$work/$package"
    dpkg-deb -x "$(file "$package")" "$work/$package"
    [[ -s $work/$package/usr/share/doc/$package/copyright ]] || fail "$package: no copyright"
    gzip -dc "$work/$package/usr/share/doc/$package/changelog.gz" >"$work/changelog"
    [[ $(dpkg-parsechangelog -l "$work/changelog" -S Version) == "$version" ]] || fail "$package: another changelog"
    [[ $(dpkg-parsechangelog -l "$work/changelog" -S Timestamp) == 1700000000 ]] || fail "$package: not the time given"
    if grep -rlF -e "$root" -e "$packages" "$work/$package"; then
        fail "$package: names a directory of the build"
    fi
    (cd "$work/$package" && dpkg-deb -I "$(file "$package")" md5sums | md5sum -c --quiet) ||
        fail "$package: md5sums do not agree"
    expect "$package" Version "$version"
    expect "$package" Maintainer '* <*@*>'
    expect "$package" Source daemonctx
    expect "$package" Priority optional
    expect "$package" Description $'?*daemon - ?*\n*This package contains *'
}

for package in "$library" libdaemonctx-dev daemonctx-doc; do
    look_into "$package"
done
expect "$library" Section libs
expect "$library" Depends 'libc6 (>= *)'
expect "$library" Architecture "$architecture"
expect libdaemonctx-dev Section libdevel
expect libdaemonctx-dev Depends "$library (= $version), libc6-dev | libc-dev"
expect libdaemonctx-dev Architecture "$architecture"
expect daemonctx-doc Section doc
expect daemonctx-doc Depends ''
expect daemonctx-doc Architecture all

# The library is stripped of what only linkers and debuggers read, and is found by the name of its soname.
shared=$work/$library/usr/lib/$multiarch/libdaemonctx.so.$version
[[ $(readelf -SW "$shared") != *' .symtab '* ]] || fail "$library: not stripped"
soname=$(readelf -dW "$shared" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
[[ $soname == "libdaemonctx.so.$major" && -L $work/$library/usr/lib/$multiarch/$soname ]] || fail "$library: $soname"
for needed in include/daemonctx/daemonctx.h "lib/$multiarch/libdaemonctx.a" "lib/$multiarch/libdaemonctx.so" \
    "lib/$multiarch/pkgconfig/daemonctx.pc" "lib/$multiarch/cmake/daemonctx/daemonctx-config.cmake"; do
    [[ -e $work/libdaemonctx-dev/usr/$needed || -L $work/libdaemonctx-dev/usr/$needed ]] ||
        fail "libdaemonctx-dev: no $needed"
done
[[ -s $work/daemonctx-doc/usr/share/doc/daemonctx-doc/examples/echod.c ]] || fail 'daemonctx-doc: no example'
cmp -s "$work/daemonctx-doc/usr/share/doc/daemonctx-doc/CHANGELOG.md" "$root/CHANGELOG.md" ||
    fail 'daemonctx-doc: CHANGELOG.md is another'
for function in daemonctx_open daemonctx_pidfile_stop; do
    [[ ! -e $root/docs/CMakeLists.txt || -s $work/daemonctx-doc/usr/share/man/man3/$function.3.gz ]] ||
        fail "daemonctx-doc: no man page of $function"
done
for header in daemonctx.hpp options.hpp; do
    [[ ! -e $root/cpp/CMakeLists.txt || -s $work/libdaemonctx-dev/usr/include/daemonctx/$header ]] ||
        fail "libdaemonctx-dev: no $header"
done

# The control files of the library are those that Debian's own tool makes of the shared object; no scripts.
mkdir "$work/control" "$work/debian"
dpkg-deb -e "$(file "$library")" "$work/control"
(cd "$work/control" && echo *) >"$work/controls"
[[ $(<"$work/controls") == 'control md5sums shlibs symbols triggers' ]] || fail "control files: $(<"$work/controls")"
printf 'Source: daemonctx\n\nPackage: %s\nArchitecture: any\n' "$library" >"$work/debian/control"
(cd "$work" && dpkg-gensymbols -q -c0 "-p$library" -v1.0 "-P$work/$library" "-e$shared" -O"$work/generated")
symbols() { grep -v '^[*]' "$1" | cut -d' ' -f1,2 | sort; }
diff -u <(symbols "$work/generated") <(symbols "$work/control/symbols") ||
    fail 'symbols: not those that dpkg-gensymbols finds'
# A symbol is there since the version of its node.
since=$(sed -n -E 's/^ [^@]+@DAEMONCTX_([0-9.]+) (.*)$/\1 \2/p' "$work/control/symbols" | awk '$1 != $2')
[[ -z $since ]] || fail "symbols: not the versions of their nodes: $since"
[[ $(<"$work/control/shlibs") == "libdaemonctx $major $library (>= $version)" ]] || fail "shlibs: $(<"$work/control/shlibs")"
grep -qx 'activate-noawait ldconfig' "$work/control/triggers" || fail 'triggers: no ldconfig'
exit "$failed"
