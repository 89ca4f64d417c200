package daemonctx

// #include "bridge.h"
import "C"

import "os"

// streamSetters are the four ways to set a stream.
type streamSetters struct {
	option        string
	null, inherit func() C.daemonctx_status_t
	fd            func(C.int32_t) C.daemonctx_status_t
	path          func(*C.char, C.uint32_t) C.daemonctx_status_t
	file          **os.File
}

func (a *applier) stream(value Stream, set streamSetters) {
	taken := false
	switch value.kind {
	case 0: // not set
	case StreamKindNull:
		taken = a.took(set.null())
	case StreamKindInherit:
		taken = a.took(set.inherit())
	case StreamKindPath:
		taken = a.text(set.option+"_path", value.path, func(path *C.char) C.daemonctx_status_t {
			return set.path(path, C.uint32_t(value.mode))
		})
	default:
		fd := value.fd
		if value.isFile {
			number, err := descriptorOf(value.file)
			if err != nil {
				set.fd(-1)
				a.refuse(ErrArgument, err, "cannot set %s to a file", set.option)
				return
			}
			fd = number
		}
		if !isInt32(fd) {
			set.fd(-1)
			a.outOfRange(set.option, fd)
			return
		}
		taken = a.took(set.fd(C.int32_t(fd)))
	}
	if taken {
		*set.file = value.file
	}
}

func (a *applier) streams(o Options) {
	h := a.handle
	a.stream(o.Stdin, streamSetters{
		"stdin",
		func() C.daemonctx_status_t { return C.daemonctx_set_stdin_null(h) },
		func() C.daemonctx_status_t { return C.daemonctx_set_stdin_inherit(h) },
		func(fd C.int32_t) C.daemonctx_status_t { return C.daemonctx_set_stdin(h, fd) },
		func(path *C.char, _ C.uint32_t) C.daemonctx_status_t { return C.daemonctx_set_stdin_path(h, path) },
		&a.d.streams[0],
	})
	a.stream(o.Stdout, streamSetters{
		"stdout",
		func() C.daemonctx_status_t { return C.daemonctx_set_stdout_null(h) },
		func() C.daemonctx_status_t { return C.daemonctx_set_stdout_inherit(h) },
		func(fd C.int32_t) C.daemonctx_status_t { return C.daemonctx_set_stdout(h, fd) },
		func(path *C.char, mode C.uint32_t) C.daemonctx_status_t {
			return C.daemonctx_set_stdout_path(h, path, mode)
		},
		&a.d.streams[1],
	})
	a.stream(o.Stderr, streamSetters{
		"stderr",
		func() C.daemonctx_status_t { return C.daemonctx_set_stderr_null(h) },
		func() C.daemonctx_status_t { return C.daemonctx_set_stderr_inherit(h) },
		func(fd C.int32_t) C.daemonctx_status_t { return C.daemonctx_set_stderr(h, fd) },
		func(path *C.char, mode C.uint32_t) C.daemonctx_status_t {
			return C.daemonctx_set_stderr_path(h, path, mode)
		},
		&a.d.streams[2],
	})
}
