// Command probe is the C probe of tests/daemon with its calls made through the Go package: so the observer looks at
// daemons of Go. The C sources are put beside this file by build.sh.
package main

// #cgo pkg-config: daemonctx
// #cgo CFLAGS: -Wno-discarded-qualifiers
// #include <stdlib.h>
// #include "calls.h"
import "C"

import (
	"errors"
	"os"
	"runtime"
	"sync"
	"unsafe"

	"daemonctx"
)

// The C probe is the main thread's, as main is in C.
func init() { runtime.LockOSThread() }

func main() {
	arguments := make([]*C.char, len(os.Args)+1)
	for i, argument := range os.Args {
		arguments[i] = C.CString(argument)
	}
	list := (**C.char)(C.calloc(C.size_t(len(arguments)), C.size_t(unsafe.Sizeof(arguments[0]))))
	copy(unsafe.Slice(list, len(arguments)), arguments)
	status := C.probe_main(C.int(len(os.Args)), list)
	// A Go program runs no exit handlers: what is open is closed by it, as the package's documentation says.
	contexts.Range(func(_, d any) bool {
		_ = d.(*daemonctx.DaemonContext).Close()
		return true
	})
	os.Exit(int(status))
}

// contexts are the Go contexts of the handles that the C probe knows.
var contexts sync.Map

func of(ctx *C.daemonctx_context_t) *daemonctx.DaemonContext {
	d, ok := contexts.Load(unsafe.Pointer(ctx))
	if !ok {
		return nil
	}
	return d.(*daemonctx.DaemonContext)
}

// refusedByGo asks for the C function, which refuses too and keeps the detail.
const refusedByGo = -1000

// statusOf is the C status of an error. One with a step, or whose sentence is the C library's, is in its detail already.
func statusOf(ctx *C.daemonctx_context_t, err error) C.daemonctx_status_t {
	if err == nil {
		return C.DAEMONCTX_OK
	}
	var failed *daemonctx.Error
	if !errors.As(err, &failed) {
		return refusedByGo
	}
	if ctx != nil && C.GoString(C.daemonctx_error_message(ctx)) != failed.Message {
		return refusedByGo
	}
	return C.daemonctx_status_t(failed.Status)
}

// withErrno also gives the errno.
func withErrno(ctx *C.daemonctx_context_t, err error, number *C.int32_t) C.daemonctx_status_t {
	var failed *daemonctx.Error
	if errors.As(err, &failed) && failed.Errno != 0 {
		*number = C.int32_t(failed.Errno)
	}
	return statusOf(ctx, err)
}

//export goNew
func goNew(to **C.daemonctx_context_t) C.daemonctx_status_t {
	d, err := daemonctx.New(daemonctx.Options{ManualDispatch: true})
	if err != nil {
		return statusOf(nil, err)
	}
	*to = (*C.daemonctx_context_t)(d.Handle())
	contexts.Store(d.Handle(), d)
	return C.DAEMONCTX_OK
}

//export goFree
func goFree(ctx *C.daemonctx_context_t) {
	if d := of(ctx); d != nil {
		_ = d.Close()
		contexts.Delete(unsafe.Pointer(ctx))
	}
}

//export goCheck
func goCheck(ctx *C.daemonctx_context_t, number *C.int32_t) C.daemonctx_status_t {
	return withErrno(ctx, of(ctx).Check(), number)
}

//export goOpen
func goOpen(ctx *C.daemonctx_context_t, number *C.int32_t) C.daemonctx_status_t {
	return withErrno(ctx, of(ctx).Open(), number)
}

//export goLaunch
func goLaunch(ctx *C.daemonctx_context_t, number *C.int32_t) C.daemonctx_status_t {
	pid, err := of(ctx).Launch()
	if pid != 0 {
		return C.DAEMONCTX_LAUNCHED
	}
	return withErrno(ctx, err, number)
}

//export goClose
func goClose(ctx *C.daemonctx_context_t, number *C.int32_t) C.daemonctx_status_t {
	return withErrno(ctx, of(ctx).Close(), number)
}

//export goReopenStreams
func goReopenStreams(ctx *C.daemonctx_context_t, number *C.int32_t) C.daemonctx_status_t {
	return withErrno(ctx, of(ctx).ReopenStreams(), number)
}

//export goDispatch
func goDispatch(ctx *C.daemonctx_context_t, number *C.int32_t) C.daemonctx_status_t {
	terminated, err := of(ctx).Dispatch()
	if terminated {
		return C.DAEMONCTX_TERMINATED
	}
	return withErrno(ctx, err, number)
}

//export goWaitEvents
func goWaitEvents(ctx *C.daemonctx_context_t, limit C.int32_t) C.daemonctx_status_t {
	event, err := of(ctx).WaitEvents(timeOf(limit))
	switch {
	case err != nil:
		return statusOf(ctx, err)
	case event == daemonctx.EventTerminated:
		return C.DAEMONCTX_TERMINATED
	case event == daemonctx.EventIdle:
		return C.DAEMONCTX_IDLE
	}
	return C.DAEMONCTX_OK
}

// The errors of these keep no detail in C: there is nothing to be had by calling it too.
//
//export goNotifyReady
func goNotifyReady(ctx *C.daemonctx_context_t, number *C.int32_t) C.daemonctx_status_t {
	return withErrno(nil, of(ctx).NotifyReady(), number)
}

//export goNotifyFailed
func goNotifyFailed(ctx *C.daemonctx_context_t, code C.int32_t, text *C.char) C.daemonctx_status_t {
	return statusOf(nil, of(ctx).NotifyFailed(int(code), C.GoString(text)))
}
