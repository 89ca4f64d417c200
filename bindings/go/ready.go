package daemonctx

// #include <stdlib.h>
// #include "bridge.h"
import "C"

import (
	"fmt"
	"runtime"
	"strings"
	"unsafe"
)

// The exit codes that NotifyPanic and Run give the launcher.
const (
	exitFailure = 1
	exitPanic   = 2 // as the Go runtime ends a program that panics
)

// NotifyReady tells the waiting launcher that the daemon is ready (ReadyModeManual): the launch is a success from now
// on. Called again it does nothing.
func (d *DaemonContext) NotifyReady() error {
	if d == nil {
		return told("cannot tell that the daemon is ready", C.DAEMONCTX_ERR_ARGUMENT, nil)
	}
	status, errno := C.daemonctx_notify_ready(d.handle)
	runtime.KeepAlive(d)
	return told("cannot tell that the daemon is ready", status, ofSystem(status, errno))
}

// NotifyFailed tells the waiting launcher that the daemon cannot start (ReadyModeManual): its Open or Launch returns
// ErrProgram with this code and text, of which 2,048 bytes arrive. The daemon is expected to end. ErrState: nobody
// waits. A code beyond 32 bits arrives as 1.
func (d *DaemonContext) NotifyFailed(exitCode int, message string) error {
	if d == nil {
		return told("cannot tell that the daemon failed", C.DAEMONCTX_ERR_ARGUMENT, nil)
	}
	status := notifyFailed(d.handle, exitCode, message)
	runtime.KeepAlive(d)
	return told("cannot tell that the daemon failed", status, nil)
}

// ofSystem is the errno where the status speaks of one: otherwise it is of nothing that has failed.
func ofSystem(status C.daemonctx_status_t, errno error) error {
	if status != C.DAEMONCTX_ERR_SYSTEM {
		return nil
	}
	return errno
}

func notifyFailed(handle *C.daemonctx_context_t, exitCode int, message string) C.daemonctx_status_t {
	if !isInt32(exitCode) {
		exitCode = exitFailure
	}
	// C's text ends at a NUL; the reader wants the rest too.
	text := C.CString(strings.ReplaceAll(message, "\x00", "\ufffd"))
	defer C.free(unsafe.Pointer(text))
	return C.daemonctx_notify_failed(handle, C.int32_t(exitCode), text)
}

// NotifyPanic is deferred right after Open. If the goroutine panics before the daemon is ready, the launcher is told
// why; then the context is closed, and the panic goes on.
//
//	d, err := daemonctx.Open(daemonctx.Options{ReadyMode: daemonctx.ReadyModeManual})
//	...
//	defer d.NotifyPanic()
func (d *DaemonContext) NotifyPanic() {
	if thrown := recover(); thrown != nil {
		d.notifyPanic(thrown)
		panic(thrown)
	}
}

// Nobody is told where nobody waits, and there is no one to tell of a failure to tell.
func (d *DaemonContext) notifyPanic(thrown any) {
	_ = d.NotifyFailed(exitPanic, panicText(thrown))
	_ = d.Close()
}

func panicText(thrown any) string { return fmt.Sprintf("panic: %v", thrown) }

// Run is the whole life of a daemon: it opens, calls serve, and closes. An error that serve returns before the daemon is
// ready (ReadyModeManual), and a panic, are the launcher's error message.
//
//	func main() {
//		options := daemonctx.Options{Pidfile: "/run/food.pid", ReadyMode: daemonctx.ReadyModeManual}
//		if err := daemonctx.Run(options, serve); err != nil {
//			log.Fatal(err)
//		}
//	}
func Run(options Options, serve func(*DaemonContext) error) error {
	d, err := Open(options)
	if err != nil {
		return err
	}
	defer d.NotifyPanic()
	if err = serve(d); err != nil {
		_ = d.NotifyFailed(exitFailure, err.Error())
	}
	if closed := d.Close(); err == nil {
		err = closed
	}
	return err
}
