#!/bin/bash
# install.sh ROOT DIRECTORY PACKAGES CC CXX: installs the packages into a root with a package database of its own, builds
# and runs programs against what is there, asks what such a program's package would depend on, and removes them again.
set -euo pipefail
export LC_ALL=C
readonly root=$1 directory=$2 packages=$3 compiler=$4 cxx=$5
if [[ $(id -u) != 0 ]]; then
    echo 'SKIPPED: dpkg installs only as root'
    exit 0
fi
consumers=$root/tests/consumers
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
readonly target=$directory/target database=$directory/target/var/lib/dpkg
libdir=$target/usr/lib/$multiarch
rm -rf "$directory"
mkdir -p "$database/info" "$database/updates" "$database/triggers"

# What the packages depend on is said to be there, as it is on this machine; all else is not.
for package in libc6 libc6-dev libgcc-s1 gcc-12-base libcrypt1 libc-dev-bin linux-libc-dev; do
    dpkg-query -s "$package" 2>/dev/null | sed -E '/^(Pre-Depends|Depends|Conflicts|Breaks):/d' || continue
    echo
    : >"$database/info/$package.list"
done >"$database/status"
of_target() { dpkg --root="$target" --log=/dev/null "$@"; }
files() { (cd "$target" && find . -path ./var/lib/dpkg -prune -o ! -type d -print | sort); }
[[ -z $(files) ]]

# The development files cannot be had without the library, and the library comes first.
if of_target -i "$packages"/libdaemonctx-dev_*.deb >"$directory/log" 2>&1; then
    echo 'libdaemonctx-dev was installed without libdaemonctx1'
    exit 1
fi
of_target -i "$packages"/*.deb >"$directory/log" 2>&1 || {
    cat "$directory/log"
    exit 1
}
[[ -z $(of_target --audit libdaemonctx1 libdaemonctx-dev daemonctx-doc) ]]
[[ $(readlink "$libdir/libdaemonctx.so.1") == libdaemonctx.so.1.* ]]
for package in libdaemonctx1 libdaemonctx-dev daemonctx-doc; do
    dpkg-query --admindir="$database" -W -f '${db:Status-Status} ${Installed-Size} kB  ${Package}\n' "$package"
done

# By pkg-config: told where the file lies, and told that all lies under a root.
bash "$consumers/pkgconfig/run.sh" pkg-config "$target/usr" "$directory/pkgconfig" "$cxx" "$compiler"
PKG_CONFIG_SYSROOT_DIR=$target \
    bash "$consumers/pkgconfig/run.sh" pkg-config "$target/usr" "$directory/sysroot" "$cxx" "$compiler"

# By CMake, which must find this tree and no other.
with_cpp=$([[ -e $target/usr/include/daemonctx/daemonctx.hpp ]] && echo ON || echo OFF)
cmake -S "$consumers/cmake" -B "$directory/cmake" -G Ninja "-DCMAKE_PREFIX_PATH=$target/usr" "-Dwith_cpp=$with_cpp" \
    "-DCMAKE_C_COMPILER=$compiler" "-DCMAKE_CXX_COMPILER=$cxx" >"$directory/log"
grep -q "^daemonctx_DIR:PATH=$libdir/cmake/daemonctx\$" "$directory/cmake/CMakeCache.txt"
cmake --build "$directory/cmake" >>"$directory/log"
(cd "$directory/cmake" && ctest --output-on-failure --no-tests=error)

# A program's package comes to depend on the library's, through its symbols file.
mkdir -p "$directory/program/debian"
printf 'Source: program\n\nPackage: program\nArchitecture: any\n' >"$directory/program/debian/control"
dpkg-deb -R "$packages"/libdaemonctx1_*.deb "$directory/unpacked"
depends=$(cd "$directory/program" && dpkg-shlibdeps -O "-S$directory/unpacked" ../pkgconfig/shared 2>"$directory/log")
[[ $depends == *'libdaemonctx1 (>= 1.0)'* ]] || {
    echo "a program's package would depend on: $depends"
    cat "$directory/log"
    exit 1
}

of_target -P daemonctx-doc libdaemonctx-dev libdaemonctx1 >"$directory/log"
left=$(files)
[[ -z $left ]] || {
    printf 'left behind:\n%s\n' "$left"
    exit 1
}
echo 'installed, used and removed'
