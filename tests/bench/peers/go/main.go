// The contender sevlyar/go-daemon: it starts the executable again, so that its daemon begins with a runtime's start.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/sevlyar/go-daemon"
	"golang.org/x/sys/unix"
)

// The slots of contenders/page.h.
const (
	slotCalled       = 1
	slotFirst        = 2
	slotDaemon       = 3
	slotFaultsBefore = 4
	slotFaultsDaemon = 5
	life             = 120 * time.Second
	mib              = 1 << 20
	pageSize         = 4096
)

func now() int64 {
	var at unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &at); err != nil {
		panic(err)
	}
	return at.Nano()
}

func faults() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Minflt + usage.Majflt
}

func note(page *os.File, slot int, value int64) {
	if _, err := page.WriteAt(binary.NativeEndian.AppendUint64(nil, uint64(value)), int64(8*slot)); err != nil {
		panic(err)
	}
}

func openPage() *os.File {
	page, err := os.OpenFile(os.Getenv("DAEMONCTX_BENCH_PAGE"), os.O_RDWR, 0)
	if err != nil {
		panic(err)
	}
	return page
}

func mark(counted bool, what string) {
	if counted {
		_ = syscall.Access("/daemonctx-bench/"+what, 0)
	}
}

func haveMemory() []byte {
	size, _ := strconv.Atoi(os.Getenv("DAEMONCTX_BENCH_MEMORY_MIB"))
	memory := make([]byte, size*mib)
	for at := 0; at < len(memory); at += pageSize {
		memory[at] = 1
	}
	return memory
}

func main() {
	counted := os.Getenv("DAEMONCTX_BENCH_COUNTED") == "1"
	if daemon.WasReborn() {
		child(counted)
		return
	}
	page, memory := openPage(), haveMemory()
	context := &daemon.Context{WorkDir: "/"}
	note(page, slotFaultsBefore, faults())
	mark(counted, "called")
	called := now()
	_, err := context.Reborn()
	note(page, slotCalled, called)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	runtime.KeepAlive(memory)
}

func child(counted bool) {
	context := &daemon.Context{}
	_, err := context.Reborn()
	first := now()
	if err != nil {
		os.Exit(1)
	}
	mark(counted, "first")
	page := openPage()
	note(page, slotFirst, first)
	note(page, slotFaultsDaemon, faults())
	note(page, slotDaemon, int64(os.Getpid()))
	time.Sleep(life)
}
