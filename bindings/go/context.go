package daemonctx

// #include <stdlib.h>
// #include "bridge.h"
import "C"

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// A DaemonContext is the options of a daemon and, once it is open, its state.
//
// Its methods may be called by any goroutine at any time: where they would get in one another's way they wait. In a
// PrivilegedHook, a PidfileManager or Trace they return ErrState, because the call that runs these has not returned. A
// Handler may call them all.
//
// Close it. A context that is forgotten is freed by the garbage collector, but not while it is open.
type DaemonContext struct {
	mu       sync.Mutex // its owner is the one goroutine that is in the library with this context
	handle   *C.daemonctx_context_t
	came     *C.uint8_t // C memory: one flag a signal, set by the library's dispatch
	id       uintptr    // what C knows this context by
	callback atomic.Bool
	manual   atomic.Bool // Options.ManualDispatch

	handlers   map[syscall.Signal]SignalAction // those that are deferred
	streams    [3]*os.File                     // of FileStream
	manager    PidfileManager
	privileged func(*Hook) error
	trace      func(Step, Status)
	preserve   []int
	carry      carry
	thrown     any // what a callback has panicked with

	events events
}

var lastID atomic.Uintptr

// New makes a closed context with these options.
func New(options Options) (*DaemonContext, error) {
	var handle *C.daemonctx_context_t
	if status := C.daemonctx_new(&handle); status != C.DAEMONCTX_OK {
		return nil, told("cannot create a context", status, nil)
	}
	came := (*C.uint8_t)(C.calloc(C.DAEMONCTX_GO_SIGNALS, 1))
	if came == nil {
		C.daemonctx_free(handle)
		return nil, told("cannot create a context", C.DAEMONCTX_ERR_MEMORY, nil)
	}
	d := &DaemonContext{
		handle:   handle,
		came:     came,
		id:       lastID.Add(1),
		handlers: map[syscall.Signal]SignalAction{},
	}
	runtime.SetFinalizer(d, (*DaemonContext).free)
	if options.DetachMethod == 0 {
		options.DetachMethod = DetachMethodReexec
	}
	if err := d.Configure(options); err != nil {
		return nil, err
	}
	return d, nil
}

// Open becomes a daemon: this process is the launcher, and Open returns in the daemon. In the launcher it returns only
// if there is no daemon, with the reason; otherwise that process has ended with status 0, without its deferred calls.
//
// The daemon is the same program, started again with the same arguments: all that it does before Open is done twice.
// IsRelaunched tells the two apart.
func Open(options Options) (*DaemonContext, error) {
	d, err := New(options)
	if err != nil {
		return nil, err
	}
	if err := d.Open(); err != nil {
		return nil, err
	}
	return d, nil
}

// Launch is Open for a launcher that lives on: it returns there too. In the daemon the context is open and pid is 0; in
// the launcher the context is nil and pid is the daemon's.
func Launch(options Options) (d *DaemonContext, pid int, err error) {
	d, err = New(options)
	if err != nil {
		return nil, 0, err
	}
	pid, err = d.Launch()
	if err != nil || pid != 0 {
		return nil, pid, err
	}
	return d, 0, nil
}

// enter gives the caller the context for itself, until leave.
func (d *DaemonContext) enter(deed string) (*C.daemonctx_context_t, error) {
	if d == nil || d.handle == nil {
		return nil, refused(ErrArgument, nil, "cannot %s: no context; New makes one", deed)
	}
	if d.callback.Load() {
		return nil, refused(ErrState, nil, "cannot %s: a callback of the context runs", deed)
	}
	d.mu.Lock()
	return d.handle, nil
}

func (d *DaemonContext) leave() { d.mu.Unlock() }

// free is the finalizer: nobody has the context any more, and it is closed.
func (d *DaemonContext) free() {
	C.daemonctx_free(d.handle)
	C.free(unsafe.Pointer(d.came))
	d.handle, d.came = nil, nil
	d.events.closed()
}

// Configure changes options of a closed context. A field with the zero value leaves its option as it is. The error is
// of the first option that is refused; the others are stored. Open and Check refuse too until that option is set, or
// ClearSignalMap for a signal of it: a daemon never runs without an option that it was given.
func (d *DaemonContext) Configure(options Options) error {
	handle, err := d.enter("change options")
	if err != nil {
		return err
	}
	defer d.leave()
	if C.daemonctx_is_open(handle) == 1 {
		return refused(ErrState, nil, "cannot change options: the context is open")
	}
	return d.apply(handle, options)
}

// Check tells what Open would refuse before it changes anything. It leaves no trace.
func (d *DaemonContext) Check() error {
	handle, err := d.enter("check the options")
	if err != nil {
		return err
	}
	defer d.leave()
	return d.withDescriptors(handle, func() error {
		return failure(handle, C.daemonctx_check(handle))
	})
}

// Open becomes a daemon, as the function Open does. An open context is left as it is.
func (d *DaemonContext) Open() error {
	_, err := d.launch("become a daemon", false)
	return err
}

// Launch becomes a daemon and returns in the launcher too, where pid is the daemon's and the context stays closed. In the
// daemon pid is 0.
func (d *DaemonContext) Launch() (pid int, err error) {
	return d.launch("launch a daemon", true)
}

func (d *DaemonContext) launch(deed string, returns bool) (int, error) {
	handle, err := d.enter(deed)
	if err != nil {
		return 0, err
	}
	pid, err := d.launchAlone(handle, returns)
	thrown := d.thrown
	d.thrown = nil
	d.leave()
	if err == nil && pid == 0 {
		if err = d.watchIfWanted(); err != nil {
			_ = d.Close()
		}
	}
	if thrown != nil {
		panic(thrown)
	}
	return pid, err
}

func (d *DaemonContext) launchAlone(handle *C.daemonctx_context_t, returns bool) (pid int, err error) {
	register(d)
	defer func() {
		if C.daemonctx_is_open(handle) != 1 {
			unregister(d)
		}
	}()
	if C.daemonctx_is_open(handle) == 1 {
		return 0, nil
	}
	if d.wantsEvents() {
		var fd C.int32_t // asked before it is open: so a signal that comes at once is an event
		if status := C.daemonctx_signal_fd(handle, &fd); status < 0 {
			return 0, detail(handle)
		}
	}
	both := C.int32_t(0)
	if returns {
		both = 1
	}
	err = d.withDescriptors(handle, func() error {
		status := C.daemonctx_go_open(handle, both)
		if status == C.DAEMONCTX_LAUNCHED {
			pid = int(C.daemonctx_daemon_pid(handle))
			d.carry.handedOver()
		}
		return failure(handle, status)
	})
	return pid, err
}

// Close gives back the pid file and the signals. The context is closed afterwards in any case; the error is the first
// thing that went wrong. A closed context is left as it is, so that Close can be deferred and called too.
//
// Nothing else does it: a Go program runs no exit handlers. What ends by os.Exit or log.Fatal leaves the pid file, which
// is then stale, and does not block the next start.
func (d *DaemonContext) Close() error {
	handle, err := d.enter("close the context")
	if err != nil {
		return err
	}
	err = failure(handle, C.daemonctx_close(handle))
	unregister(d)
	d.events.closed() // before another goroutine can open it again
	thrown := d.thrown
	d.thrown = nil
	d.leave()
	if thrown != nil {
		panic(thrown)
	}
	return err
}

// IsOpen reports whether the context is open in this process.
func (d *DaemonContext) IsOpen() bool {
	handle, err := d.enter("look")
	if err != nil {
		return false
	}
	defer d.leave()
	return C.daemonctx_is_open(handle) == 1
}

// DaemonPID returns this process's pid in the daemon, in the launcher that of the daemon that Launch last started, and
// 0 if there is none.
func (d *DaemonContext) DaemonPID() int {
	handle, err := d.enter("look")
	if err != nil {
		return 0
	}
	defer d.leave()
	return int(C.daemonctx_daemon_pid(handle))
}

// DetachReason says what DetachProcessAuto decided when the context was made: DetachReasonRequired, or why not.
func (d *DaemonContext) DetachReason() DetachReason {
	reason := C.uint32_t(0)
	if handle, err := d.enter("look"); err == nil {
		defer d.leave()
		C.daemonctx_detach_reason(handle, &reason)
	}
	return DetachReason(reason)
}

// ReopenStreams opens the streams that are a PathStream again, for log rotation: all of them, or, if one cannot be
// opened, none.
func (d *DaemonContext) ReopenStreams() error {
	handle, err := d.enter("reopen the streams")
	if err != nil {
		return err
	}
	defer d.leave()
	return failure(handle, C.daemonctx_reopen_streams(handle))
}

// Handle returns the context of the C library, for what cgo code wants to do with it. It lives as long as d does.
func (d *DaemonContext) Handle() unsafe.Pointer {
	if d == nil {
		return nil
	}
	return unsafe.Pointer(d.handle)
}

// IsDetachRequired tells whether a daemon that was started as this process has to detach, and why, or why not.
func IsDetachRequired() (bool, DetachReason) {
	var reason C.uint32_t
	required := C.daemonctx_is_detach_required(&reason) == 1
	return required, DetachReason(reason)
}

// Version returns the version of the library that runs, such as "1.0.0".
func Version() string { return C.GoString(C.daemonctx_version_string()) }

// String names the context in a log.
func (d *DaemonContext) String() string {
	if d == nil {
		return "daemonctx.DaemonContext(nil)"
	}
	return fmt.Sprintf("daemonctx.DaemonContext(%d)", d.id)
}
