package main

// #include "calls.h"
import "C"

import (
	"io/fs"
	"syscall"
	"time"
	"unsafe"

	"daemonctx"
)

func store(ctx *C.daemonctx_context_t, o daemonctx.Options) C.daemonctx_status_t {
	return statusOf(ctx, of(ctx).Configure(o))
}

func timeOf(milliseconds C.int32_t) time.Duration {
	if milliseconds < 0 {
		return -1
	}
	return time.Duration(milliseconds) * time.Millisecond
}

//export goTerminate
func goTerminate(ctx *C.daemonctx_context_t, signum C.int32_t) C.daemonctx_status_t {
	return statusOf(nil, of(ctx).Terminate(syscall.Signal(signum)))
}

//export goFilesPreserve
func goFilesPreserve(ctx *C.daemonctx_context_t, fds *C.int32_t, count C.size_t) C.daemonctx_status_t {
	list := make([]int, count)
	for i, fd := range unsafe.Slice(fds, count) {
		list[i] = int(fd)
	}
	return store(ctx, daemonctx.Options{FilesPreserve: list})
}

//export goWorkingDirectory
func goWorkingDirectory(ctx *C.daemonctx_context_t, path *C.char) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{WorkingDirectory: C.GoString(path)})
}

//export goChrootDirectory
func goChrootDirectory(ctx *C.daemonctx_context_t, path *C.char) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{ChrootDirectory: C.GoString(path)})
}

//export goPidfile
func goPidfile(ctx *C.daemonctx_context_t, path *C.char) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{Pidfile: C.GoString(path)})
}

//export goUser
func goUser(ctx *C.daemonctx_context_t, name *C.char) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{User: C.GoString(name)})
}

//export goGroup
func goGroup(ctx *C.daemonctx_context_t, name *C.char) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{Group: C.GoString(name)})
}

//export goUID
func goUID(ctx *C.daemonctx_context_t, id C.uint32_t) C.daemonctx_status_t {
	uid := uint32(id)
	return store(ctx, daemonctx.Options{UID: &uid})
}

//export goGID
func goGID(ctx *C.daemonctx_context_t, id C.uint32_t) C.daemonctx_status_t {
	gid := uint32(id)
	return store(ctx, daemonctx.Options{GID: &gid})
}

//export goUmask
func goUmask(ctx *C.daemonctx_context_t, mask C.int64_t) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{Umask: int(mask)})
}

//export goDetachProcess
func goDetachProcess(ctx *C.daemonctx_context_t, value C.uint32_t) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{DetachProcess: daemonctx.DetachProcess(value) + 1})
}

//export goDetachMethod
func goDetachMethod(ctx *C.daemonctx_context_t, value C.uint32_t) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{DetachMethod: daemonctx.DetachMethod(value) + 1})
}

//export goReadyMode
func goReadyMode(ctx *C.daemonctx_context_t, value C.uint32_t) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{ReadyMode: daemonctx.ReadyMode(value) + 1})
}

//export goReadyTimeout
func goReadyTimeout(ctx *C.daemonctx_context_t, limit C.int32_t) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{ReadyTimeout: timeOf(limit)})
}

//export goStreamSwitch
func goStreamSwitch(ctx *C.daemonctx_context_t, value C.uint32_t) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{StreamSwitch: daemonctx.StreamSwitch(value) + 1})
}

//export goStdinPath
func goStdinPath(ctx *C.daemonctx_context_t, path *C.char) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{Stdin: daemonctx.PathStream(C.GoString(path), 0)})
}

//export goStdoutPath
func goStdoutPath(ctx *C.daemonctx_context_t, path *C.char, mode C.uint32_t) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{Stdout: daemonctx.PathStream(C.GoString(path), fs.FileMode(mode))})
}

//export goStderrPath
func goStderrPath(ctx *C.daemonctx_context_t, path *C.char, mode C.uint32_t) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{Stderr: daemonctx.PathStream(C.GoString(path), fs.FileMode(mode))})
}

//export goStdin
func goStdin(ctx *C.daemonctx_context_t, fd C.int32_t) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{Stdin: daemonctx.FDStream(int(fd))})
}

//export goStdout
func goStdout(ctx *C.daemonctx_context_t, fd C.int32_t) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{Stdout: daemonctx.FDStream(int(fd))})
}

//export goStderr
func goStderr(ctx *C.daemonctx_context_t, fd C.int32_t) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{Stderr: daemonctx.FDStream(int(fd))})
}

//export goSignalAction
func goSignalAction(ctx *C.daemonctx_context_t, signum C.int32_t, action C.uint32_t) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{SignalMap: daemonctx.SignalMap{
		syscall.Signal(signum): daemonctx.Action(action),
	}})
}
