package daemonctx

// #include <stdlib.h>
// #include "bridge.h"
import "C"

import (
	"math"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// An applier hands options to the C setters, all of them, and keeps the first refusal.
//
// The library remembers a refusal until its option is set, and refuses to open so long: a program that looks at Open's
// error alone never becomes a daemon that has not given up root. So what this package refuses itself is refused by the
// library too, which is given a value that it refuses in any case.
type applier struct {
	d      *DaemonContext
	handle *C.daemonctx_context_t
	err    error
}

func (a *applier) keep(err error) {
	if a.err == nil {
		a.err = err
	}
}

// refuse keeps a refusal of this package's own.
func (a *applier) refuse(status Status, cause error, format string, arguments ...any) {
	a.keep(refused(status, cause, format, arguments...))
}

// took keeps the library's refusal, and tells whether there is none.
func (a *applier) took(status C.daemonctx_status_t) bool {
	err := failure(a.handle, status)
	if err != nil {
		a.keep(err)
	}
	return err == nil
}

// text calls a setter with a copy in C. C would cut the text at a NUL, and take another name for it.
func (a *applier) text(option, value string, set func(*C.char) C.daemonctx_status_t) bool {
	if strings.IndexByte(value, 0) >= 0 {
		set(nil)
		a.refuse(ErrArgument, syscall.EINVAL, "cannot set %s to %q, which holds a NUL", option, value)
		return false
	}
	copied := C.CString(value)
	defer C.free(unsafe.Pointer(copied))
	return a.took(set(copied))
}

// optional calls a setter unless the text is empty, which means that the option is not set.
func (a *applier) optional(option, value string, set func(*C.char) C.daemonctx_status_t) {
	if value != "" {
		a.text(option, value, set)
	}
}

// isUint32 and isInt32 tell whether C's types hold a value, which they would otherwise take for another one.
func isUint32(value int) bool { return value >= 0 && uint64(value) <= math.MaxUint32 }
func isInt32(value int) bool  { return value >= math.MinInt32 && value <= math.MaxInt32 }

func (a *applier) outOfRange(option string, value any) {
	a.refuse(ErrRange, nil, "cannot set %s to %v, which is out of range", option, value)
}

// enumerator calls a setter with C's number of an enumerator of Options, unless it is 0, which means not set.
func (a *applier) enumerator(option string, value int, set func(C.uint32_t) C.daemonctx_status_t) {
	switch {
	case value == 0:
	case !isUint32(value - 1):
		set(math.MaxUint32)
		a.outOfRange(option, value)
	default:
		a.took(set(C.uint32_t(value - 1)))
	}
}

func (a *applier) flag(option string, value Switch, set func(C.int32_t) C.daemonctx_status_t) {
	switch number := int(value) - 1; {
	case value == 0:
	case !isInt32(number):
		set(math.MaxInt32)
		a.outOfRange(option, value)
	default:
		a.took(set(C.int32_t(number)))
	}
}

// milliseconds are C's: -1 for ever; a part of one is a whole one, so that no time is cut to 0.
func milliseconds(limit time.Duration) (C.int32_t, bool) {
	if limit < 0 {
		return -1, true
	}
	whole := limit / time.Millisecond
	if limit%time.Millisecond != 0 {
		whole++
	}
	return C.int32_t(whole), whole <= math.MaxInt32
}

func (a *applier) filesPreserve(list []int) bool {
	numbers := make([]C.int32_t, len(list))
	for i, fd := range list {
		if numbers[i] = C.int32_t(fd); !isInt32(fd) {
			numbers[i] = -1
			C.daemonctx_set_files_preserve(a.handle, &numbers[i], 1)
			a.outOfRange("files_preserve", fd)
			return false
		}
	}
	return a.took(C.daemonctx_set_files_preserve(a.handle, firstOf(numbers), C.size_t(len(numbers))))
}

// firstOf is what C calls a list: nil if it is empty.
func firstOf[T any](list []T) *T {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

func (a *applier) paths(o Options) {
	h := a.handle
	a.optional("chroot_directory", o.ChrootDirectory, func(path *C.char) C.daemonctx_status_t {
		return C.daemonctx_set_chroot_directory(h, path)
	})
	a.optional("working_directory", o.WorkingDirectory, func(path *C.char) C.daemonctx_status_t {
		return C.daemonctx_set_working_directory(h, path)
	})
	switch {
	case o.Umask == 0: // not set: 0 is the default, and Configure does not go back to it
	case o.Umask == UmaskInherit:
		a.took(C.daemonctx_set_umask_inherit(h))
	case o.Umask < 0 || uint64(o.Umask) > math.MaxUint32:
		C.daemonctx_set_umask(h, math.MaxUint32)
		a.outOfRange("umask", o.Umask)
	default:
		a.took(C.daemonctx_set_umask(h, C.uint32_t(o.Umask)))
	}
	if o.Pidfile != "" && o.PidfileManager != nil {
		C.daemonctx_set_pidfile(h, nil)
		a.refuse(ErrArgument, nil, "Pidfile and PidfileManager are both set")
		return
	}
	a.optional("pidfile", o.Pidfile, func(path *C.char) C.daemonctx_status_t {
		return C.daemonctx_set_pidfile(h, path)
	})
	if o.PidfileManager != nil && a.took(C.daemonctx_go_set_pidfile_manager(h, C.uintptr_t(a.d.id))) {
		a.d.manager = o.PidfileManager
	}
}

func (a *applier) identity(o Options) {
	h := a.handle
	user := func(name *C.char) C.daemonctx_status_t { return C.daemonctx_set_user(h, name) }
	group := func(name *C.char) C.daemonctx_status_t { return C.daemonctx_set_group(h, name) }
	// In C the later of the two replaces the other; in one struct there is no later one.
	switch {
	case o.UID != nil && o.User != "":
		user(nil)
		a.refuse(ErrArgument, nil, "UID and User are both set")
	case o.UID != nil:
		a.took(C.daemonctx_set_uid(h, C.uint32_t(*o.UID)))
	default:
		a.optional("user", o.User, user)
	}
	switch {
	case o.GID != nil && o.Group != "":
		group(nil)
		a.refuse(ErrArgument, nil, "GID and Group are both set")
	case o.GID != nil:
		a.took(C.daemonctx_set_gid(h, C.uint32_t(*o.GID)))
	default:
		a.optional("group", o.Group, group)
	}
	if o.Groups != nil {
		gids := make([]C.uint32_t, len(o.Groups))
		for i, gid := range o.Groups {
			gids[i] = C.uint32_t(gid)
		}
		a.took(C.daemonctx_set_groups(h, firstOf(gids), C.size_t(len(gids))))
	}
	a.flag("no_new_privs", o.NoNewPrivs, func(on C.int32_t) C.daemonctx_status_t { return C.daemonctx_set_no_new_privs(h, on) })
	if o.Capabilities != 0 {
		a.took(C.daemonctx_set_capabilities(h, C.uint64_t(o.Capabilities)))
	}
}

func (a *applier) signals(o Options) {
	h := a.handle
	if o.ClearSignalMap && a.took(C.daemonctx_clear_signal_map(h)) {
		a.d.handlers = map[syscall.Signal]SignalAction{}
	}
	for signal, action := range o.SignalMap {
		a.signal(signal, action)
	}
	a.enumerator("signal_reset", int(o.SignalReset), func(mode C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_set_signal_reset(h, mode)
	})
}

func (a *applier) signal(signal syscall.Signal, action SignalAction) {
	number := C.int32_t(signal)
	if !isInt32(int(signal)) {
		C.daemonctx_set_signal_action(a.handle, -1, C.DAEMONCTX_SIGNAL_ACTION_DEFAULT)
		a.refuse(ErrRange, nil, "cannot set signal_map: there is no signal %d", int(signal))
		return
	}
	taken, deferred := false, false
	switch action := action.(type) {
	case Handler:
		if action == nil {
			C.daemonctx_set_signal_handler(a.handle, number, nil, nil)
			a.refuse(ErrArgument, nil, "cannot set signal_map: the handler of signal %d is nil", int(signal))
			return
		}
		deferred = true
	case Action:
		switch {
		case action == ActionNotify:
			deferred = true
		case !isUint32(int(action)):
			C.daemonctx_set_signal_action(a.handle, number, math.MaxUint32)
			a.refuse(ErrRange, nil, "cannot set signal_map: signal %d has no action %d", int(signal), int(action))
			return
		case action == ActionUnset:
			taken = a.took(C.daemonctx_unset_signal(a.handle, number))
		default:
			taken = a.took(C.daemonctx_set_signal_action(a.handle, number, C.uint32_t(action)))
		}
	default:
		C.daemonctx_set_signal_handler(a.handle, number, nil, nil)
		a.refuse(ErrArgument, nil, "cannot set signal_map: the action of signal %d is nil", int(signal))
		return
	}
	if deferred {
		taken = a.took(C.daemonctx_go_set_signal_handler(a.handle, number, a.d.came))
	}
	if taken {
		delete(a.d.handlers, signal)
	}
	if taken && deferred {
		a.d.handlers[signal] = action
	}
}

func (a *applier) launch(o Options) {
	h := a.handle
	a.enumerator("detach_process", int(o.DetachProcess), func(value C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_set_detach_process(h, value)
	})
	a.flag("prevent_core", o.PreventCore, func(on C.int32_t) C.daemonctx_status_t { return C.daemonctx_set_prevent_core(h, on) })
	a.enumerator("detach_method", int(o.DetachMethod), func(value C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_set_detach_method(h, value)
	})
	a.enumerator("ready_mode", int(o.ReadyMode), func(value C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_set_ready_mode(h, value)
	})
	if limit, ok := milliseconds(o.ReadyTimeout); !ok {
		C.daemonctx_set_ready_timeout(h, math.MinInt32)
		a.outOfRange("ready_timeout", o.ReadyTimeout)
	} else if limit != 0 {
		a.took(C.daemonctx_set_ready_timeout(h, limit))
	}
	a.enumerator("stream_switch", int(o.StreamSwitch), func(value C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_set_stream_switch(h, value)
	})
	a.flag("close_at_exit", o.CloseAtExit, func(on C.int32_t) C.daemonctx_status_t { return C.daemonctx_set_close_at_exit(h, on) })
}

func (a *applier) callbacks(o Options) {
	id := C.uintptr_t(a.d.id)
	if o.PrivilegedHook != nil && a.took(C.daemonctx_go_set_privileged_hook(a.handle, id)) {
		a.d.privileged = o.PrivilegedHook
	}
	if o.Trace != nil && a.took(C.daemonctx_go_set_trace(a.handle, id)) {
		a.d.trace = o.Trace
	}
}

// apply stores the options of o that are set, and returns the first refusal.
func (d *DaemonContext) apply(handle *C.daemonctx_context_t, o Options) error {
	a := &applier{d: d, handle: handle}
	if o.FilesPreserve != nil && a.filesPreserve(o.FilesPreserve) {
		d.preserve = append([]int(nil), o.FilesPreserve...)
	}
	a.paths(o)
	a.identity(o)
	a.signals(o)
	a.streams(o)
	a.launch(o)
	a.callbacks(o)
	a.carried(o)
	if o.ManualDispatch {
		d.manual.Store(true)
	}
	return a.err
}
