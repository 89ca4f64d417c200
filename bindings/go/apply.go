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

// An applier hands options to the C setters. The first refusal ends it.
type applier struct {
	d      *DaemonContext
	handle *C.daemonctx_context_t
	err    error
}

func (a *applier) refuse(status Status, cause error, format string, arguments ...any) {
	if a.err == nil {
		a.err = refused(status, cause, format, arguments...)
	}
}

// took keeps the library's refusal, and tells whether there is none.
func (a *applier) took(status C.daemonctx_status_t) bool {
	a.err = failure(a.handle, status)
	return a.err == nil
}

// text calls a setter with a copy in C. C would cut the text at a NUL, and take another name for it.
func (a *applier) text(option, value string, set func(*C.char) C.daemonctx_status_t) {
	if a.err != nil {
		return
	}
	if strings.IndexByte(value, 0) >= 0 {
		a.refuse(ErrArgument, syscall.EINVAL, "cannot set %s to %q, which holds a NUL", option, value)
		return
	}
	copied := C.CString(value)
	defer C.free(unsafe.Pointer(copied))
	a.took(set(copied))
}

// optional calls a setter unless the text is empty, which means that the option is not set.
func (a *applier) optional(option, value string, set func(*C.char) C.daemonctx_status_t) {
	if value != "" {
		a.text(option, value, set)
	}
}

// enumerator calls a setter with C's number of an enumerator of Options, unless it is 0, which means not set.
func (a *applier) enumerator(value int, set func(C.uint32_t) C.daemonctx_status_t) {
	if value != 0 && a.err == nil {
		a.took(set(C.uint32_t(value - 1)))
	}
}

func (a *applier) flag(value Switch, set func(C.int32_t) C.daemonctx_status_t) {
	if value != 0 && a.err == nil {
		a.took(set(C.int32_t(value - 1)))
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

// number is false, and the option refused, where C's type does not hold the value.
func (a *applier) number(option string, value int) bool {
	if value < math.MinInt32 || value > math.MaxInt32 {
		a.refuse(ErrRange, nil, "cannot set %s to %d, which is out of range", option, value)
	}
	return a.err == nil
}

func (a *applier) filesPreserve(list []int) {
	numbers := make([]C.int32_t, len(list))
	for i, fd := range list {
		if !a.number("files_preserve", fd) {
			return
		}
		numbers[i] = C.int32_t(fd)
	}
	if a.err == nil {
		a.took(C.daemonctx_set_files_preserve(a.handle, firstOf(numbers), C.size_t(len(numbers))))
	}
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
	case a.err != nil || o.Umask == 0: // not set: 0 is the default, and Configure does not go back to it
	case o.Umask == UmaskInherit:
		a.took(C.daemonctx_set_umask_inherit(h))
	case o.Umask < 0 || uint64(o.Umask) > math.MaxUint32:
		a.refuse(ErrRange, nil, "cannot set umask to %d, which is out of range", o.Umask)
	default:
		a.took(C.daemonctx_set_umask(h, C.uint32_t(o.Umask)))
	}
	if o.Pidfile != "" && o.PidfileManager != nil {
		a.refuse(ErrArgument, nil, "Pidfile and PidfileManager are both set")
	}
	a.optional("pidfile", o.Pidfile, func(path *C.char) C.daemonctx_status_t {
		return C.daemonctx_set_pidfile(h, path)
	})
}

func (a *applier) identity(o Options) {
	h := a.handle
	// In C the later of the two replaces the other; in one struct there is no later one.
	if o.UID != nil && o.User != "" {
		a.refuse(ErrArgument, nil, "UID and User are both set")
	}
	if o.GID != nil && o.Group != "" {
		a.refuse(ErrArgument, nil, "GID and Group are both set")
	}
	if o.UID != nil && a.err == nil {
		a.took(C.daemonctx_set_uid(h, C.uint32_t(*o.UID)))
	}
	if o.GID != nil && a.err == nil {
		a.took(C.daemonctx_set_gid(h, C.uint32_t(*o.GID)))
	}
	a.optional("user", o.User, func(name *C.char) C.daemonctx_status_t { return C.daemonctx_set_user(h, name) })
	a.optional("group", o.Group, func(name *C.char) C.daemonctx_status_t { return C.daemonctx_set_group(h, name) })
	if o.Groups != nil && a.err == nil {
		gids := make([]C.uint32_t, len(o.Groups))
		for i, gid := range o.Groups {
			gids[i] = C.uint32_t(gid)
		}
		a.took(C.daemonctx_set_groups(h, firstOf(gids), C.size_t(len(gids))))
	}
	a.flag(o.NoNewPrivs, func(on C.int32_t) C.daemonctx_status_t { return C.daemonctx_set_no_new_privs(h, on) })
	if o.Capabilities != 0 && a.err == nil {
		a.took(C.daemonctx_set_capabilities(h, C.uint64_t(o.Capabilities)))
	}
}

func (a *applier) signals(o Options) {
	h := a.handle
	if o.ClearSignalMap && a.err == nil && a.took(C.daemonctx_clear_signal_map(h)) {
		a.d.handlers = map[syscall.Signal]SignalAction{}
	}
	for signal, action := range o.SignalMap {
		if a.err != nil {
			return
		}
		a.signal(signal, action)
	}
	a.enumerator(int(o.SignalReset), func(mode C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_set_signal_reset(h, mode)
	})
}

func (a *applier) signal(signal syscall.Signal, action SignalAction) {
	if !a.number("signal_map", int(signal)) {
		return
	}
	number := C.int32_t(signal)
	deferred := false
	switch action := action.(type) {
	case Handler:
		if action == nil {
			a.refuse(ErrArgument, nil, "the handler of signal %d is nil", int(signal))
			return
		}
		deferred = a.took(C.daemonctx_go_set_signal_handler(a.handle, number, a.d.came))
	case Action:
		switch action {
		case ActionNotify:
			deferred = a.took(C.daemonctx_go_set_signal_handler(a.handle, number, a.d.came))
		case ActionUnset:
			a.took(C.daemonctx_unset_signal(a.handle, number))
		default:
			a.took(C.daemonctx_set_signal_action(a.handle, number, C.uint32_t(action)))
		}
	default:
		a.refuse(ErrArgument, nil, "the action of signal %d is nil", int(signal))
	}
	if a.err == nil {
		delete(a.d.handlers, signal)
		if deferred {
			a.d.handlers[signal] = action
		}
	}
}

func (a *applier) launch(o Options) {
	h := a.handle
	a.enumerator(int(o.DetachProcess), func(value C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_set_detach_process(h, value)
	})
	a.flag(o.PreventCore, func(on C.int32_t) C.daemonctx_status_t { return C.daemonctx_set_prevent_core(h, on) })
	a.enumerator(int(o.DetachMethod), func(value C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_set_detach_method(h, value)
	})
	a.enumerator(int(o.ReadyMode), func(value C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_set_ready_mode(h, value)
	})
	if o.ReadyTimeout != 0 && a.err == nil {
		limit, ok := milliseconds(o.ReadyTimeout)
		if !ok {
			a.refuse(ErrRange, nil, "cannot set ready_timeout to %v, which is out of range", o.ReadyTimeout)
			return
		}
		a.took(C.daemonctx_set_ready_timeout(h, limit))
	}
	a.enumerator(int(o.StreamSwitch), func(value C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_set_stream_switch(h, value)
	})
	a.flag(o.CloseAtExit, func(on C.int32_t) C.daemonctx_status_t { return C.daemonctx_set_close_at_exit(h, on) })
}

func (a *applier) callbacks(o Options) {
	id := C.uintptr_t(a.d.id)
	if o.PidfileManager != nil && a.err == nil && a.took(C.daemonctx_go_set_pidfile_manager(a.handle, id)) {
		a.d.manager = o.PidfileManager
	}
	if o.PrivilegedHook != nil && a.err == nil && a.took(C.daemonctx_go_set_privileged_hook(a.handle, id)) {
		a.d.privileged = o.PrivilegedHook
	}
	if o.Trace != nil && a.err == nil && a.took(C.daemonctx_go_set_trace(a.handle, id)) {
		a.d.trace = o.Trace
	}
}

// apply stores the options of o that are set.
func (d *DaemonContext) apply(handle *C.daemonctx_context_t, o Options) error {
	a := &applier{d: d, handle: handle}
	if o.FilesPreserve != nil {
		a.filesPreserve(o.FilesPreserve)
		if a.err == nil {
			d.preserve = append([]int(nil), o.FilesPreserve...)
		}
	}
	a.paths(o)
	a.identity(o)
	a.signals(o)
	a.streams(o)
	a.launch(o)
	a.callbacks(o)
	a.carried(o)
	if o.ManualDispatch && a.err == nil {
		d.manual.Store(true)
	}
	return a.err
}
