package main

// #include "calls.h"
import "C"

import (
	"errors"
	"os"
	"syscall"

	"daemonctx"
)

// A code is what a C callback has returned. It brings no text: the C probe has given its own, or none.
type code C.int32_t

func (c code) Error() string { return "" }

func (c code) ExitCode() int { return int(c) }

// A callback is a C function and what it is handed.
type callback struct {
	ctx          *C.daemonctx_context_t
	fn, userData C.uintptr_t
}

func (c callback) call() error {
	if result := C.call_hook(c.fn, c.ctx, c.userData); result != 0 {
		return code(result)
	}
	return nil
}

type manager struct{ enter, exit callback }

func (m manager) Enter() error { return m.enter.call() }

func (m manager) Exit() error { return m.exit.call() }

//export goPidfileManager
func goPidfileManager(ctx *C.daemonctx_context_t, enter, exit, userData C.uintptr_t) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{
		PidfileManager: manager{callback{ctx, enter, userData}, callback{ctx, exit, userData}},
	})
}

//export goPrivilegedHook
func goPrivilegedHook(ctx *C.daemonctx_context_t, fn, userData C.uintptr_t) C.daemonctx_status_t {
	hook := callback{ctx, fn, userData}
	return store(ctx, daemonctx.Options{PrivilegedHook: func(*daemonctx.Hook) error { return hook.call() }})
}

//export goTrace
func goTrace(ctx *C.daemonctx_context_t, fn, userData C.uintptr_t) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{Trace: func(step daemonctx.Step, status daemonctx.Status) {
		C.call_trace(fn, ctx, C.daemonctx_step_t(step), C.daemonctx_status_t(status), userData)
	}})
}

//export goSignalHandler
func goSignalHandler(ctx *C.daemonctx_context_t, signum C.int32_t, fn, userData C.uintptr_t) C.daemonctx_status_t {
	return store(ctx, daemonctx.Options{SignalMap: daemonctx.SignalMap{
		syscall.Signal(signum): daemonctx.Handler(func(came os.Signal) {
			C.call_handler(fn, ctx, C.int32_t(came.(syscall.Signal)), userData)
		}),
	}})
}

// outcomeOf is told for pid files: nobody there is no error in C.
func outcomeOf(err error, number *C.int32_t) C.daemonctx_status_t {
	if errors.Is(err, daemonctx.ErrNotRunning) {
		return C.DAEMONCTX_NOT_RUNNING
	}
	return withErrno(nil, err, number)
}

//export goPidfileQuery
func goPidfileQuery(path *C.char, pid, number *C.int32_t) C.daemonctx_status_t {
	holder, err := daemonctx.Pidfile(C.GoString(path)).Query()
	if err == nil {
		*pid = C.int32_t(holder)
	}
	return outcomeOf(err, number)
}

//export goPidfileSignal
func goPidfileSignal(path *C.char, signum C.int32_t, number *C.int32_t) C.daemonctx_status_t {
	return outcomeOf(daemonctx.Pidfile(C.GoString(path)).Signal(syscall.Signal(signum)), number)
}

//export goPidfileStop
func goPidfileStop(path *C.char, limit C.int32_t, number *C.int32_t) C.daemonctx_status_t {
	return outcomeOf(daemonctx.Pidfile(C.GoString(path)).Stop(timeOf(limit)), number)
}

//export goPidfileWait
func goPidfileWait(path *C.char, limit C.int32_t, number *C.int32_t) C.daemonctx_status_t {
	return outcomeOf(daemonctx.Pidfile(C.GoString(path)).Wait(timeOf(limit)), number)
}
