package daemonctx

// #include "bridge.h"
import "C"

import (
	"io/fs"
	"net"
	"os"
	"sync"
	"syscall"
	"unsafe"
)

// inherited is what the launcher handed over to this process; there before Open.
var inherited struct {
	once      sync.Once
	mu        sync.Mutex
	relaunch  bool
	state     []byte
	entries   []entry
	files     map[string]*os.File
	listeners map[string]net.Listener
}

// IsRelaunched reports whether this process is one that the library has started again. Code before Open runs twice, in
// the launcher and in the program that was started again: it asks this to leave out what must be done once.
func IsRelaunched() bool { return C.daemonctx_is_relaunched() == 1 }

// InheritedState returns the Options.State of the launcher; false if this process was not started again. It is there
// from the start of main.
func InheritedState() ([]byte, bool) {
	inherited.once.Do(readInherited)
	return append([]byte(nil), inherited.state...), inherited.relaunch
}

func readInherited() {
	var handle *C.daemonctx_context_t
	if C.daemonctx_new(&handle) != C.DAEMONCTX_OK {
		return
	}
	defer C.daemonctx_free(handle)
	var bytes unsafe.Pointer
	var length C.size_t
	if C.daemonctx_get_inherited_state(handle, &bytes, &length) != C.DAEMONCTX_OK {
		return
	}
	inherited.relaunch = true
	inherited.entries, inherited.state = parse(C.GoBytes(bytes, C.int(length)))
	inherited.files = map[string]*os.File{}
	inherited.listeners = map[string]net.Listener{}
}

// descriptor finds what was handed over under a name. A descriptor that is not open any more is not handed out: its
// number may be another file's soon.
func descriptor(kind byte, name string) (entry, error) {
	for _, one := range inherited.entries {
		if one.kind != kind || one.name != name {
			continue
		}
		var about syscall.Stat_t
		if err := syscall.Fstat(one.fd, &about); err != nil {
			return one, refused(ErrNotFound, err, "descriptor %d, handed over as %q, is not open", one.fd, name)
		}
		return one, nil
	}
	return entry{}, refused(ErrNotFound, fs.ErrNotExist, "nothing was handed over under the name %q", name)
}

func inheritedFile(name string) (*os.File, error) {
	inherited.mu.Lock()
	defer inherited.mu.Unlock()
	if file := inherited.files[name]; file != nil {
		return file, nil
	}
	one, err := descriptor(kindFile, name)
	if err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(one.fd), one.label)
	inherited.files[name] = file
	return file, nil
}

func inheritedListener(name string) (net.Listener, error) {
	inherited.mu.Lock()
	defer inherited.mu.Unlock()
	if listener := inherited.listeners[name]; listener != nil {
		return listener, nil
	}
	one, err := descriptor(kindListener, name)
	if err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(one.fd), name)
	defer file.Close() // net has its own copy
	listener, err := net.FileListener(file)
	if err != nil {
		return nil, refused(ErrArgument, err, "descriptor %d, handed over as %q, is no listener", one.fd, name)
	}
	inherited.listeners[name] = listener
	return listener, nil
}

// File returns the file that the launcher handed over under this name, in Options.Files. It is the caller's to close;
// each call returns the same one.
func (d *DaemonContext) File(name string) (*os.File, error) {
	inherited.once.Do(readInherited)
	if inherited.relaunch {
		return inheritedFile(name)
	}
	if _, err := d.enter("find what is handed over"); err != nil {
		return nil, err
	}
	defer d.leave()
	if file := d.carry.files[name]; file != nil {
		return file, nil
	}
	return nil, refused(ErrNotFound, fs.ErrNotExist, "nothing was handed over under the name %q", name)
}

// Listener returns the listener that the launcher handed over under this name, in Options.Listeners. It is the caller's
// to close; each call returns the same one. A Unix socket's path is not removed when it is closed: see
// net.UnixListener.SetUnlinkOnClose.
func (d *DaemonContext) Listener(name string) (net.Listener, error) {
	inherited.once.Do(readInherited)
	if inherited.relaunch {
		return inheritedListener(name)
	}
	if _, err := d.enter("find what is handed over"); err != nil {
		return nil, err
	}
	defer d.leave()
	if listener := d.carry.listeners[name]; listener != nil {
		return listener, nil
	}
	return nil, refused(ErrNotFound, fs.ErrNotExist, "nothing was handed over under the name %q", name)
}

// Listen is net.Listen for code before Open, which runs twice: in the launcher it binds, and in the program that was
// started again it returns the listener that the launcher handed over under this name.
//
//	listener, err := daemonctx.Listen("echo", "tcp", "127.0.0.1:7")
//	...
//	d, err := daemonctx.Open(daemonctx.Options{
//		Listeners: map[string]net.Listener{"echo": listener},
//	})
func Listen(name, network, address string) (net.Listener, error) {
	inherited.once.Do(readInherited)
	if inherited.relaunch {
		return inheritedListener(name)
	}
	return net.Listen(network, address)
}

// OpenFile is os.OpenFile for code before Open, as Listen is for listeners.
func OpenFile(name, path string, flag int, perm fs.FileMode) (*os.File, error) {
	inherited.once.Do(readInherited)
	if inherited.relaunch {
		return inheritedFile(name)
	}
	return os.OpenFile(path, flag, perm)
}
