#!/bin/bash
# package.sh ROOT BUILD OUTPUT [CMAKE-ARGUMENT...]: builds the Debian packages of the tree ROOT in the directory BUILD
# and puts them into OUTPUT. The same sources give the same bytes, wherever and whenever they are built.
set -euo pipefail
root=$(realpath "$1")
mkdir -p "$2" "$3"
build=$(realpath "$2")
output=$(realpath "$3")
shift 3
umask 022

# The time in the packages: the commit's, or, for sources without a history, always the same.
if [[ -z ${SOURCE_DATE_EPOCH-} ]]; then
    SOURCE_DATE_EPOCH=$([[ -e $root/.git ]] && git -C "$root" log -1 --format=%ct || echo 946684800)
fi
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC

# Debian's flags, as far as they are known here; no debug information, which names directories.
export DEB_BUILD_MAINT_OPTIONS=hardening=+all DEB_CFLAGS_MAINT_STRIP=-g
cflags=$(cd "$root" && dpkg-buildflags --get CFLAGS)
cppflags=$(cd "$root" && dpkg-buildflags --get CPPFLAGS)
ldflags=$(cd "$root" && dpkg-buildflags --get LDFLAGS)

cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF -DDAEMONCTX_BUILD_EXAMPLES=OFF \
    -DCMAKE_INSTALL_PREFIX=/usr "-DCMAKE_INSTALL_LIBDIR=lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)" \
    -DCMAKE_INSTALL_DOCDIR=share/doc/daemonctx-doc \
    "-DCMAKE_C_FLAGS=$cflags $cppflags '-ffile-prefix-map=$build=.' '-ffile-prefix-map=$root=.'" \
    "-DCMAKE_SHARED_LINKER_FLAGS=$ldflags" \
    "-DCMAKE_C_ARCHIVE_CREATE=<CMAKE_AR> qcD <TARGET> <LINK_FLAGS> <OBJECTS>" \
    "-DCMAKE_C_ARCHIVE_FINISH=<CMAKE_RANLIB> -D <TARGET>" "$@"
cmake --build "$build" --parallel "${JOBS:-$(nproc)}"

# What the library depends on, told by its undefined symbols.
mkdir -p "$build/depends/debian"
printf 'Source: daemonctx\n\nPackage: libdaemonctx1\nArchitecture: any\n' >"$build/depends/debian/control"
depends=$(cd "$build/depends" && dpkg-shlibdeps -O "$build/c/libdaemonctx.so")
[[ $depends == shlibs:Depends=* ]]

rm -rf "$build/packages"
(cd "$build" && cpack -G DEB -B "$build/packages" -D "CPACK_DEBIAN_RUNTIME_PACKAGE_DEPENDS=${depends#*=}")
cp "$build"/packages/*.deb "$output"
