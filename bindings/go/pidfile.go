package daemonctx

// #include <stdlib.h>
// #include "bridge.h"
import "C"

import (
	"fmt"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// A Pidfile is the path of a daemon's pid file, for programs that ask for the daemon or control it. Who holds the file's
// lock is the daemon; what the file says does not count. Where nobody holds it, the methods return ErrNotRunning.
//
//	err := daemonctx.Pidfile("/run/food.pid").Stop(5 * time.Second)
type Pidfile string

func (p Pidfile) ask(deed string, call func(path *C.char) (C.daemonctx_status_t, error)) error {
	deed = fmt.Sprintf("cannot %s '%s'", deed, string(p))
	if strings.IndexByte(string(p), 0) >= 0 {
		return refused(ErrArgument, syscall.EINVAL, "%s, which holds a NUL", strings.ReplaceAll(deed, "\x00", `\x00`))
	}
	path := C.CString(string(p))
	defer C.free(unsafe.Pointer(path))
	status, errno := call(path)
	return told(deed, status, errno)
}

// Query returns the pid of the daemon that holds the pid file; 0 while it is starting, and in another pid namespace.
func (p Pidfile) Query() (pid int, err error) {
	var holder C.int32_t
	err = p.ask("query the pid file", func(path *C.char) (C.daemonctx_status_t, error) {
		status, errno := C.daemonctx_pidfile_query(path, &holder)
		return status, errno
	})
	return int(holder), err
}

// Signal sends a signal to the daemon, and to nobody else; 0 finds out whether one could be sent.
func (p Pidfile) Signal(signal syscall.Signal) error {
	if !isInt32(int(signal)) {
		return refused(ErrRange, nil, "cannot send signal %d, which is out of range", int(signal))
	}
	return p.ask("signal the daemon of", func(path *C.char) (C.daemonctx_status_t, error) {
		status, errno := C.daemonctx_pidfile_signal(path, C.int32_t(signal))
		return status, errno
	})
}

// Stop ends the daemon by SIGTERM, and by SIGKILL if it is not gone in time (negative: never). It returns when the
// daemon is gone.
func (p Pidfile) Stop(killAfter time.Duration) error {
	return p.within("stop the daemon of", killAfter, func(path *C.char, limit C.int32_t) (C.daemonctx_status_t, error) {
		status, errno := C.daemonctx_pidfile_stop(path, limit)
		return status, errno
	})
}

// Wait waits until the daemon has ended, at most so long (negative: for ever). ErrTimeout: it still runs.
func (p Pidfile) Wait(timeout time.Duration) error {
	return p.within("await the daemon of", timeout, func(path *C.char, limit C.int32_t) (C.daemonctx_status_t, error) {
		status, errno := C.daemonctx_pidfile_wait(path, limit)
		return status, errno
	})
}

func (p Pidfile) within(deed string, limit time.Duration,
	call func(*C.char, C.int32_t) (C.daemonctx_status_t, error)) error {
	number, ok := milliseconds(limit)
	if !ok {
		return refused(ErrRange, nil, "cannot %s '%s' within %v, which is out of range", deed, string(p), limit)
	}
	return p.ask(deed, func(path *C.char) (C.daemonctx_status_t, error) { return call(path, number) })
}
