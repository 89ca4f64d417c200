#!/bin/bash
# go.sh PREFIX LIBDIR COMMAND...: runs a command of Go's tools, or a program built by them, with the library of an
# install tree, and without asking the network for anything.
set -euo pipefail
prefix=$1 libdir=$1/$2
shift 2

export PKG_CONFIG_PATH=$libdir/pkgconfig LD_LIBRARY_PATH=$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export GOFLAGS=-buildvcs=false GOENV=off GOPROXY=off GOTOOLCHAIN=local GO111MODULE=on CGO_ENABLED=1
# cgo does not look whether a header has changed, but whether its flags have.
sum=$(sha256sum "$prefix/include/daemonctx/daemonctx.h" | cut -c 1-16)
export CGO_CFLAGS="${CGO_CFLAGS--g -O2} -DDAEMONCTX_HEADER_SUM=0x$sum"
exec "$@"
