package daemonctx

// #include <stdlib.h>
// #include "bridge.h"
import "C"

import (
	"errors"
	"sync"
)

// The contexts that C may call back: those whose launch or close is under way, and the open one. Being here also keeps
// the garbage collector from an open context that the program has forgotten.
var called sync.Map // id of the context → *DaemonContext

func register(d *DaemonContext)   { called.Store(d.id, d) }
func unregister(d *DaemonContext) { called.Delete(d.id) }

func registered(id C.uintptr_t) *DaemonContext {
	found, ok := called.Load(uintptr(id))
	if !ok {
		return nil
	}
	return found.(*DaemonContext)
}

// A Hook is what a PrivilegedHook can do with the context whose hook it is.
type Hook struct {
	handle *C.daemonctx_context_t
}

// Preserve keeps a descriptor that the hook has opened. It is needed where the daemon gets a root directory of its own,
// and the descriptor is not to be closed.
func (h *Hook) Preserve(fd int) error {
	if h == nil || h.handle == nil {
		return refused(ErrState, nil, "cannot preserve descriptor %d: the hook has returned", fd)
	}
	if !isInt32(fd) {
		return refused(ErrRange, nil, "cannot preserve descriptor %d, which is out of range", fd)
	}
	return failure(h.handle, C.daemonctx_preserve(h.handle, C.int32_t(fd)))
}

// An error with an exit code, such as exec.ExitError, gives it to the launcher.
type exitCoder interface{ ExitCode() int }

// run calls a callback that may fail. A panic must not cross C's frames, whose work it would leave half done: it fails
// the callback in its own words.
func run(handle *C.daemonctx_context_t, d *DaemonContext, call func() error) (result C.int32_t) {
	d.callback.Store(true)
	defer d.callback.Store(false)
	defer func() {
		if thrown := recover(); thrown != nil {
			notifyFailed(handle, exitPanic, panicText(thrown))
			result = exitPanic
		}
	}()
	err := call()
	if err == nil {
		return 0
	}
	code := exitFailure
	var coded exitCoder
	if errors.As(err, &coded) && coded.ExitCode() != 0 && isInt32(coded.ExitCode()) {
		code = coded.ExitCode() // C takes 0 for success
	}
	if text := err.Error(); text != "" {
		notifyFailed(handle, code, text)
	}
	return C.int32_t(code)
}

//export daemonctxGoPrivilegedHook
func daemonctxGoPrivilegedHook(handle *C.daemonctx_context_t, id C.uintptr_t) C.int32_t {
	d := registered(id)
	if d == nil || d.privileged == nil {
		return exitFailure
	}
	hook := &Hook{handle}
	defer func() { hook.handle = nil }()
	return run(handle, d, func() error { return d.privileged(hook) })
}

//export daemonctxGoEnter
func daemonctxGoEnter(handle *C.daemonctx_context_t, id C.uintptr_t) C.int32_t {
	d := registered(id)
	if d == nil || d.manager == nil {
		return exitFailure
	}
	return run(handle, d, d.manager.Enter)
}

//export daemonctxGoExit
func daemonctxGoExit(handle *C.daemonctx_context_t, id C.uintptr_t) C.int32_t {
	d := registered(id)
	if d == nil || d.manager == nil {
		return exitFailure
	}
	return run(handle, d, d.manager.Exit)
}

// A Trace that panics does so when the launch is over, where there is a process left to panic.
//
//export daemonctxGoTrace
func daemonctxGoTrace(id C.uintptr_t, step C.daemonctx_step_t, status C.daemonctx_status_t) {
	d := registered(id)
	if d == nil || d.trace == nil {
		return
	}
	d.callback.Store(true)
	defer d.callback.Store(false)
	defer func() {
		if thrown := recover(); thrown != nil && d.thrown == nil {
			d.thrown = thrown
		}
	}()
	d.trace(Step(step), Status(status))
}
