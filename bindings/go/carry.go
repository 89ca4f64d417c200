package daemonctx

// #include "bridge.h"
import "C"

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"os"
	"sort"
	"syscall"
	"unsafe"
)

// What is carried over the re-exec: descriptors, which the daemon finds by name, and the program's own bytes. The
// library carries descriptors by number and one block of bytes; the block begins with the table of names.

// mostState is the library's limit for the block.
const mostState = 1 << 20

// stateMagic begins a block that has a table.
const stateMagic = "daemonctx/go 1\n"

// The kinds of a carried descriptor.
const (
	kindFile     = 'f'
	kindListener = 'l'
)

type carry struct {
	files     map[string]*os.File
	listeners map[string]net.Listener
	state     []byte
	refused   error // the last of these that were given; Open says so too
}

// An entry is a line of the table.
type entry struct {
	kind  byte
	name  string
	label string // the file's own name
	fd    int
	conn  syscall.Conn
}

// control calls while the descriptor of an open file or connection cannot be closed. The file stays in the mode that it
// has: os.File.Fd would make it blocking.
func control(conn syscall.Conn, call func(fd uintptr)) error {
	raw, err := conn.SyscallConn()
	if err == nil {
		err = raw.Control(call)
	}
	if _, ok := conn.(*os.File); ok && err != nil && !errors.Is(err, os.ErrInvalid) {
		return os.ErrClosed // which os does not call by its name here
	}
	return err
}

func descriptorOf(conn syscall.Conn) (int, error) {
	number := -1
	err := control(conn, func(fd uintptr) { number = int(fd) })
	return number, err
}

func connOf(listener net.Listener) (syscall.Conn, error) {
	conn, ok := listener.(syscall.Conn)
	if !ok {
		return nil, errors.New("it has no descriptor of its own (syscall.Conn)")
	}
	return conn, nil
}

// entries lists what is to be carried, sorted so that the same options give the same block.
func (c *carry) entries() ([]entry, error) {
	var list []entry
	for name, file := range c.files {
		fd, err := descriptorOf(file)
		if err != nil {
			return nil, refused(ErrArgument, err, "cannot hand over the file %q", name)
		}
		list = append(list, entry{kindFile, name, file.Name(), fd, file})
	}
	for name, listener := range c.listeners {
		conn, err := connOf(listener)
		fd := -1
		if err == nil {
			fd, err = descriptorOf(conn)
		}
		if err != nil {
			return nil, refused(ErrArgument, err, "cannot hand over the listener %q", name)
		}
		list = append(list, entry{kindListener, name, "", fd, conn})
	}
	sort.Slice(list, func(i, j int) bool {
		return list[i].kind < list[j].kind || list[i].kind == list[j].kind && list[i].name < list[j].name
	})
	return list, nil
}

// block is the table and the program's bytes; nothing if there are none.
func (c *carry) block(list []entry) ([]byte, error) {
	if len(list) == 0 && !hasTable(c.state) {
		if len(c.state) > mostState {
			return nil, refused(ErrRange, nil, "cannot set state to %d bytes, more than %d", len(c.state), mostState)
		}
		return c.state, nil
	}
	block := []byte(stateMagic)
	block = binary.AppendUvarint(block, uint64(len(list)))
	for _, one := range list {
		block = append(block, one.kind)
		block = binary.AppendUvarint(block, uint64(one.fd))
		for _, text := range []string{one.name, one.label} {
			block = binary.AppendUvarint(block, uint64(len(text)))
			block = append(block, text...)
		}
	}
	block = append(block, c.state...)
	if len(block) > mostState {
		return nil, refused(ErrRange, nil, "cannot set state: it is %d bytes with the names of files and listeners, more "+
			"than %d", len(block), mostState)
	}
	return block, nil
}

func hasTable(block []byte) bool { return bytes.HasPrefix(block, []byte(stateMagic)) }

// parse is the reverse. What has no table is state alone.
func parse(block []byte) (list []entry, state []byte) {
	if !hasTable(block) {
		return nil, block
	}
	rest := block[len(stateMagic):]
	good := true
	number := func() uint64 {
		value, size := binary.Uvarint(rest)
		if size <= 0 {
			good = false
			return 0
		}
		rest = rest[size:]
		return value
	}
	take := func(count uint64) string {
		if count > uint64(len(rest)) {
			good = false
			return ""
		}
		text := string(rest[:count])
		rest = rest[count:]
		return text
	}
	for count := number(); count > 0 && good; count-- {
		var one entry
		if kind := take(1); good {
			one.kind = kind[0]
		}
		one.fd = int(number())
		one.name = take(number())
		one.label = take(number())
		list = append(list, one)
	}
	if !good {
		return nil, block
	}
	return list, rest
}

// copied is independent of the caller's maps and bytes; what is nil stays nil.
func (c carry) copied() carry {
	var own carry
	if c.files != nil {
		own.files = map[string]*os.File{}
		for name, file := range c.files {
			own.files[name] = file
		}
	}
	if c.listeners != nil {
		own.listeners = map[string]net.Listener{}
		for name, listener := range c.listeners {
			own.listeners[name] = listener
		}
	}
	if c.state != nil {
		own.state = append([]byte{}, c.state...)
	}
	return own
}

// carried keeps copies of the maps and of the bytes, and finds out whether they can be handed over.
func (a *applier) carried(o Options) {
	if o.Files == nil && o.Listeners == nil && o.State == nil {
		return
	}
	next := a.d.carry
	given := carry{files: o.Files, listeners: o.Listeners, state: o.State}.copied()
	if given.files != nil {
		next.files = given.files
	}
	if given.listeners != nil {
		next.listeners = given.listeners
	}
	if given.state != nil {
		next.state = given.state
	}
	list, err := next.entries()
	if err == nil {
		_, err = next.block(list)
	}
	if err != nil {
		a.keep(err)
		a.d.carry.refused = err
		return
	}
	next.refused = nil
	a.d.carry = next
}

// withDescriptors calls while no other goroutine can close the descriptors that are handed over, so that no number comes
// to mean another file in between. Afterwards the library knows nothing of them any more.
func (d *DaemonContext) withDescriptors(handle *C.daemonctx_context_t, call func() error) error {
	if d.carry.refused != nil {
		return d.carry.refused
	}
	list, err := d.carry.entries()
	if err != nil {
		return err
	}
	block, err := d.carry.block(list)
	if err != nil {
		return err
	}
	conns := make([]syscall.Conn, 0, len(list)+len(d.streams))
	for _, one := range list {
		conns = append(conns, one.conn)
	}
	for _, file := range d.streams {
		if file != nil {
			conns = append(conns, file)
		}
	}
	return held(conns, func() error {
		for _, one := range list {
			if status := C.daemonctx_preserve(handle, C.int32_t(one.fd)); status < 0 {
				return detail(handle)
			}
		}
		if len(block) > 0 {
			status := C.daemonctx_set_state(handle, unsafe.Pointer(&block[0]), C.size_t(len(block)))
			if status < 0 {
				return detail(handle)
			}
		}
		err := call()
		if C.daemonctx_is_open(handle) != 1 && len(list)+len(block) > 0 {
			a := &applier{d: d, handle: handle}
			a.filesPreserve(d.preserve)
			C.daemonctx_set_state(handle, nil, 0)
		}
		return err
	})
}

// held holds the descriptors of the connections, one in the other.
func held(conns []syscall.Conn, call func() error) error {
	if len(conns) == 0 {
		return call()
	}
	var result error
	if err := control(conns[0], func(uintptr) { result = held(conns[1:], call) }); err != nil {
		return refused(ErrArgument, err, "cannot hand over a file that is closed")
	}
	return result
}

// handedOver is called in a launcher that lives on: the daemon has the sockets now, and closing one here must not remove
// its path.
func (c *carry) handedOver() {
	for _, listener := range c.listeners {
		if socket, ok := listener.(*net.UnixListener); ok {
			socket.SetUnlinkOnClose(false)
		}
	}
}
