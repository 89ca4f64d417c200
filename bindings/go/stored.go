package daemonctx

// #include "bridge.h"
import "C"

import (
	"io/fs"
	"syscall"
	"time"
	"unsafe"
)

// A reader reads stored options from the library. Its getters fail only where the option holds nothing of the kind.
type reader struct {
	handle *C.daemonctx_context_t
}

func (r reader) text(get func(**C.char) C.daemonctx_status_t) string {
	var borrowed *C.char
	if get(&borrowed) != C.DAEMONCTX_OK || borrowed == nil {
		return ""
	}
	return C.GoString(borrowed)
}

func (r reader) enumerator(get func(*C.uint32_t) C.daemonctx_status_t) int {
	var number C.uint32_t
	get(&number)
	return int(number) + 1
}

func (r reader) flag(get func(*C.int32_t) C.daemonctx_status_t) Switch {
	var number C.int32_t
	get(&number)
	return Switch(number) + Off
}

func (r reader) number(get func(*C.uint32_t) C.daemonctx_status_t) *uint32 {
	var number C.uint32_t
	if get(&number) != C.DAEMONCTX_OK {
		return nil
	}
	value := uint32(number)
	return &value
}

func (r reader) filesPreserve() []int {
	var borrowed *C.int32_t
	var count C.size_t
	C.daemonctx_get_files_preserve(r.handle, &borrowed, &count)
	list := make([]int, count)
	for i, fd := range unsafe.Slice(borrowed, count) {
		list[i] = int(fd)
	}
	return list
}

func (r reader) groups() []uint32 {
	var borrowed *C.uint32_t
	var count C.size_t
	C.daemonctx_get_groups(r.handle, &borrowed, &count)
	if count == 0 {
		return nil
	}
	list := make([]uint32, count)
	for i, gid := range unsafe.Slice(borrowed, count) {
		list[i] = uint32(gid)
	}
	return list
}

func (r reader) umask() int {
	if mask := r.number(func(to *C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_get_umask(r.handle, to)
	}); mask != nil {
		return int(*mask)
	}
	return UmaskInherit
}

func (r reader) signals(d *DaemonContext) SignalMap {
	signals := SignalMap{}
	for number := C.int32_t(1); number < C.DAEMONCTX_GO_SIGNALS; number++ {
		action := C.uint32_t(C.DAEMONCTX_SIGNAL_ACTION_UNSET)
		C.daemonctx_get_signal_action(r.handle, number, &action)
		switch signal := syscall.Signal(number); action {
		case C.DAEMONCTX_SIGNAL_ACTION_UNSET:
		case C.DAEMONCTX_SIGNAL_ACTION_HANDLER:
			if signals[signal] = d.handlers[signal]; signals[signal] == nil {
				signals[signal] = ActionHandler // C code has set it
			}
		default:
			signals[signal] = Action(action)
		}
	}
	return signals
}

type streamGetters struct {
	kind func(*C.uint32_t) C.daemonctx_status_t
	fd   func(*C.int32_t) C.daemonctx_status_t
	path func(**C.char, *C.uint32_t) C.daemonctx_status_t
}

func (r reader) stream(get streamGetters) Stream {
	stream := Stream{kind: StreamKind(r.enumerator(get.kind)), fd: -1}
	switch stream.kind {
	case StreamKindFD:
		var fd C.int32_t
		get.fd(&fd)
		stream.fd = int(fd)
	case StreamKindPath:
		var mode C.uint32_t
		stream.path = r.text(func(to **C.char) C.daemonctx_status_t { return get.path(to, &mode) })
		stream.mode = fs.FileMode(mode)
	}
	return stream
}

func (r reader) streams(o *Options) {
	h := r.handle
	o.Stdin = r.stream(streamGetters{
		func(to *C.uint32_t) C.daemonctx_status_t { return C.daemonctx_get_stdin_kind(h, to) },
		func(to *C.int32_t) C.daemonctx_status_t { return C.daemonctx_get_stdin(h, to) },
		func(to **C.char, _ *C.uint32_t) C.daemonctx_status_t { return C.daemonctx_get_stdin_path(h, to) },
	})
	o.Stdout = r.stream(streamGetters{
		func(to *C.uint32_t) C.daemonctx_status_t { return C.daemonctx_get_stdout_kind(h, to) },
		func(to *C.int32_t) C.daemonctx_status_t { return C.daemonctx_get_stdout(h, to) },
		func(to **C.char, mode *C.uint32_t) C.daemonctx_status_t {
			return C.daemonctx_get_stdout_path(h, to, mode)
		},
	})
	o.Stderr = r.stream(streamGetters{
		func(to *C.uint32_t) C.daemonctx_status_t { return C.daemonctx_get_stderr_kind(h, to) },
		func(to *C.int32_t) C.daemonctx_status_t { return C.daemonctx_get_stderr(h, to) },
		func(to **C.char, mode *C.uint32_t) C.daemonctx_status_t {
			return C.daemonctx_get_stderr_path(h, to, mode)
		},
	})
}

// identity reads what was set. A name takes the place of an id, which the library then gives as the process's own.
func (r reader) identity(o *Options) {
	h := r.handle
	o.User = r.text(func(to **C.char) C.daemonctx_status_t { return C.daemonctx_get_user(h, to) })
	o.Group = r.text(func(to **C.char) C.daemonctx_status_t { return C.daemonctx_get_group(h, to) })
	if o.User == "" {
		o.UID = r.number(func(to *C.uint32_t) C.daemonctx_status_t { return C.daemonctx_get_uid(h, to) })
	}
	if o.Group == "" {
		o.GID = r.number(func(to *C.uint32_t) C.daemonctx_status_t { return C.daemonctx_get_gid(h, to) })
	}
	o.Groups = r.groups()
	o.NoNewPrivs = r.flag(func(to *C.int32_t) C.daemonctx_status_t { return C.daemonctx_get_no_new_privs(h, to) })
	var kept C.uint64_t
	C.daemonctx_get_capabilities(h, &kept)
	o.Capabilities = uint64(kept)
}

func (r reader) launch(o *Options) {
	h := r.handle
	o.DetachProcess = DetachProcess(r.enumerator(func(to *C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_get_detach_process(h, to)
	}))
	o.PreventCore = r.flag(func(to *C.int32_t) C.daemonctx_status_t { return C.daemonctx_get_prevent_core(h, to) })
	o.SignalReset = SignalReset(r.enumerator(func(to *C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_get_signal_reset(h, to)
	}))
	o.DetachMethod = DetachMethod(r.enumerator(func(to *C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_get_detach_method(h, to)
	}))
	o.ReadyMode = ReadyMode(r.enumerator(func(to *C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_get_ready_mode(h, to)
	}))
	var limit C.int32_t
	C.daemonctx_get_ready_timeout(h, &limit)
	o.ReadyTimeout = time.Duration(limit) * time.Millisecond
	if limit < 0 {
		o.ReadyTimeout = -1
	}
	o.StreamSwitch = StreamSwitch(r.enumerator(func(to *C.uint32_t) C.daemonctx_status_t {
		return C.daemonctx_get_stream_switch(h, to)
	}))
	o.CloseAtExit = r.flag(func(to *C.int32_t) C.daemonctx_status_t { return C.daemonctx_get_close_at_exit(h, to) })
}

// Options returns the options as they are stored, defaults too. A FileStream is read as an FDStream.
func (d *DaemonContext) Options() Options {
	handle, err := d.enter("read the options")
	if err != nil {
		return Options{}
	}
	defer d.leave()
	r := reader{handle}
	o := Options{FilesPreserve: r.filesPreserve(), Umask: r.umask(), SignalMap: r.signals(d)}
	o.ChrootDirectory = r.text(func(to **C.char) C.daemonctx_status_t {
		return C.daemonctx_get_chroot_directory(handle, to)
	})
	o.WorkingDirectory = r.text(func(to **C.char) C.daemonctx_status_t {
		return C.daemonctx_get_working_directory(handle, to)
	})
	o.Pidfile = r.text(func(to **C.char) C.daemonctx_status_t { return C.daemonctx_get_pidfile(handle, to) })
	r.identity(&o)
	r.launch(&o)
	r.streams(&o)
	o.PidfileManager, o.PrivilegedHook, o.Trace = d.manager, d.privileged, d.trace
	o.ManualDispatch = d.manual.Load()
	c := d.carry.copied()
	o.Files, o.Listeners, o.State = c.files, c.listeners, c.state
	return o
}
