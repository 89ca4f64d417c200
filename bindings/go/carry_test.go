package daemonctx

import (
	"bytes"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func openFile(t *testing.T, name string) *os.File {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

func TestATableOfNamesIsReadAsItWasWritten(t *testing.T) {
	log, data, web := openFile(t, "log"), openFile(t, "data"), listen(t)
	for _, state := range [][]byte{nil, {}, []byte("a\x00b"), []byte(stateMagic + "\x05"), bytes.Repeat([]byte("x"), 100000)} {
		c := carry{
			files:     map[string]*os.File{"log": log, "": data},
			listeners: map[string]net.Listener{"log": web}, // names of files and of listeners are apart
			state:     state,
		}
		list, err := c.entries()
		if err != nil {
			t.Fatal(err)
		}
		block, err := c.block(list)
		if err != nil {
			t.Fatal(err)
		}
		read, rest := parse(block)
		if !bytes.Equal(rest, state) || len(read) != 3 {
			t.Fatalf("%d entries and %q of %q", len(read), rest, block)
		}
		for i, one := range read {
			if one.kind != list[i].kind || one.name != list[i].name || one.fd != list[i].fd || one.label != list[i].label {
				t.Errorf("%+v became %+v", list[i], one)
			}
		}
		if read[1].kind != kindFile || read[1].name != "log" || read[1].label != log.Name() {
			t.Errorf("%+v", read[1])
		}
	}
}

// The bytes of a C program, or of another binding, are the state as it is; so is what only looks like a table.
func TestBytesWithoutATableAreState(t *testing.T) {
	for _, block := range []string{"", "hello", stateMagic, stateMagic + "\x01f", stateMagic + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"} {
		if list, state := parse([]byte(block)); len(list) != 0 || string(state) != block {
			t.Errorf("%q: %d entries and %q", block, len(list), state)
		}
	}
	own := carry{state: []byte("hello")}
	if block, err := own.block(nil); err != nil || string(block) != "hello" {
		t.Errorf("%q, %v", block, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(stateMagic + "\x01f\x03\x01a\x01bstate"))
	f.Add([]byte(stateMagic))
	f.Fuzz(func(t *testing.T, block []byte) {
		list, state := parse(block)
		if len(list) > len(block) || len(state) > len(block) {
			t.Errorf("%d entries and %d bytes of %d", len(list), len(state), len(block))
		}
	})
}

func TestStateWithItsNamesIsAtMostOneMebibyte(t *testing.T) {
	for size, good := range map[int]bool{1 << 19: true, 1 << 20: false} {
		_, err := New(Options{State: make([]byte, size), Files: map[string]*os.File{"log": openFile(t, "log")}})
		if good != (err == nil) || !good && !errors.Is(err, ErrRange) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

func TestWithoutAReexecTheNamesAreTheProgramsOwn(t *testing.T) {
	log, web := openFile(t, "log"), listen(t)
	d, err := New(Options{Files: map[string]*os.File{"log": log}, Listeners: map[string]net.Listener{"web": web}})
	if err != nil {
		t.Fatal(err)
	}
	if file, err := d.File("log"); file != log || err != nil {
		t.Error(file, err)
	}
	if listener, err := d.Listener("web"); listener != web || err != nil {
		t.Error(listener, err)
	}
	if _, err := d.Listener("log"); !errors.Is(err, ErrNotFound) || !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := d.File("web"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if IsRelaunched() {
		t.Error("a test is not started again")
	}
	if state, ok := InheritedState(); state != nil || ok {
		t.Error(state, ok)
	}
}

func TestListenAndOpenFileOpenInTheLauncher(t *testing.T) {
	listener, err := Listen("web", "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	file, err := OpenFile("log", filepath.Join(t.TempDir(), "log"), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
}

// Handing a descriptor over does not make it blocking, as os.File.Fd would.
func TestADescriptorKeepsItsMode(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	d, err := New(Options{Files: map[string]*os.File{"pipe": read}, Stdin: FileStream(read)})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	fd, err := descriptorOf(read)
	if err != nil {
		t.Fatal(err)
	}
	flags, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_GETFL, 0)
	if errno != 0 || flags&syscall.O_NONBLOCK == 0 {
		t.Errorf("flags %#o, %v", flags, errno)
	}
	if preserved := d.Options().FilesPreserve; len(preserved) != 0 {
		t.Errorf("Check has left %v in files_preserve", preserved)
	}
}
