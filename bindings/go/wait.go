package daemonctx

// #include "bridge.h"
import "C"

import (
	"errors"
	"os"
	"syscall"
	"time"
	"unsafe"
)

// Taking events out of the library: for the goroutine that watches, and for programs with a loop of their own.

// An Event is what WaitEvents came to.
type Event int

const (
	// EventHandled: something came, and its handlers have run.
	EventHandled Event = iota
	// EventTerminated: the daemon is asked to end.
	EventTerminated
	// EventIdle: nothing came within the time.
	EventIdle
)

// Dispatch calls the handlers of the signals that came, and never waits. It is for programs with an event loop of their
// own: see Options.ManualDispatch.
func (d *DaemonContext) Dispatch() (terminated bool, err error) {
	came, signal, err := d.take()
	if err != nil {
		return false, err
	}
	d.deliver(came)
	if signal == 0 && len(came) > 0 {
		signal, _ = d.TerminatedBy() // a handler may have ended the daemon
	}
	if signal != 0 {
		d.events.mu.Lock()
		d.events.alive().cancel()
		d.events.mu.Unlock()
	}
	return signal != 0, nil
}

// WaitEvents waits for signals, at most so long (negative: for ever), and calls their handlers. It is for programs with
// an event loop of their own: see Options.ManualDispatch. ErrState: a goroutine of the context does it already.
func (d *DaemonContext) WaitEvents(timeout time.Duration) (Event, error) {
	if d != nil {
		d.events.waiting.Lock()
		defer d.events.waiting.Unlock()
	}
	channel, err := d.channel("wait for signals", false)
	if err != nil {
		return EventIdle, err
	}
	if _, terminated := d.TerminatedBy(); !terminated {
		deadline := time.Time{}
		if timeout >= 0 {
			deadline = time.Now().Add(timeout)
		}
		if err = channel.SetReadDeadline(deadline); err == nil {
			err = awaitReadable(channel)
		}
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded) && !isReadable(channel):
			return EventIdle, nil
		case err != nil && !errors.Is(err, os.ErrDeadlineExceeded):
			return EventIdle, refused(ErrState, err, "cannot wait for signals")
		}
	}
	terminated, err := d.Dispatch()
	if terminated {
		return EventTerminated, err
	}
	return EventHandled, err
}

// isReadable tells whether there is something now: a deadline that is over does not look.
func isReadable(channel *os.File) bool {
	readable := false
	err := control(channel, func(fd uintptr) { readable = C.daemonctx_go_is_readable(C.int32_t(fd)) == 1 })
	return err == nil && readable
}

// awaitReadable waits until there is something for the library to read, without reading it.
func awaitReadable(channel *os.File) error {
	raw, err := channel.SyscallConn()
	if err != nil {
		return err
	}
	return raw.Read(func(fd uintptr) bool { return C.daemonctx_go_is_readable(C.int32_t(fd)) == 1 })
}

// channel returns the copy of the library's descriptor, for the goroutine that watches, or for WaitEvents. It has a copy
// because Go's poller is to forget it when it is closed, and the library's own is not ours to close.
func (d *DaemonContext) channel(deed string, watch bool) (*os.File, error) {
	handle, err := d.enter(deed)
	if err != nil {
		return nil, err
	}
	defer d.leave()
	if C.daemonctx_is_open(handle) != 1 {
		return nil, refused(ErrState, nil, "cannot %s: the context is not open", deed)
	}
	d.events.mu.Lock()
	defer d.events.mu.Unlock()
	l := d.events.alive()
	if l.watched {
		return nil, refused(ErrState, nil, "cannot %s: a goroutine of the context does it", deed)
	}
	if l.channel == nil {
		var fd C.int32_t
		if status := C.daemonctx_signal_fd(handle, &fd); status < 0 {
			return nil, detail(handle)
		}
		copied, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_DUPFD_CLOEXEC, 3)
		if errno != 0 {
			return nil, refused(ErrSystem, errno, "cannot %s", deed)
		}
		l.channel = os.NewFile(copied, "daemonctx signals")
	}
	l.watched = watch
	return l.channel, nil
}

// take has the library tell which signals came, and which one asks the daemon to end.
func (d *DaemonContext) take() (came []syscall.Signal, terminating syscall.Signal, err error) {
	handle, err := d.enter("dispatch signals")
	if err != nil {
		return nil, 0, err
	}
	defer d.leave()
	status := C.daemonctx_dispatch(handle)
	if status < 0 {
		return nil, 0, detail(handle)
	}
	flags := unsafe.Slice(d.came, C.DAEMONCTX_GO_SIGNALS)
	for number := range flags {
		if flags[number] != 0 {
			flags[number] = 0
			came = append(came, syscall.Signal(number))
		}
	}
	if status == C.DAEMONCTX_TERMINATED {
		var signum C.int32_t
		C.daemonctx_is_terminating(handle, &signum)
		terminating = syscall.Signal(signum)
	}
	return came, terminating, nil
}
