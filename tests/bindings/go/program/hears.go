package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"daemonctx"
)

func init() {
	programs["hears_signals"] = hearsSignals
	programs["waits_for_events"] = waitsForEvents
	programs["uses_os_signal"] = func(directory string) error { return usesOSSignal(directory, 0) }
	programs["resets_signals"] = func(directory string) error { return usesOSSignal(directory, daemonctx.SignalResetAll) }
}

// SIGUSR1 and SIGUSR2 come over the channel, SIGHUP calls a handler, which may use the context.
func hearsSignals(directory string) error {
	given := options(directory)
	var d *daemonctx.DaemonContext
	given.Stderr = daemonctx.PathStream(filepath.Join(directory, "log"), 0o600)
	given.SignalMap = daemonctx.SignalMap{
		syscall.SIGUSR1: daemonctx.ActionNotify,
		syscall.SIGUSR2: daemonctx.ActionNotify,
		syscall.SIGHUP: daemonctx.Handler(func(came os.Signal) {
			fmt.Println("handler", int(came.(syscall.Signal)), d.ReopenStreams(), d.IsOpen())
		}),
	}
	d, err := daemonctx.New(given)
	if err != nil {
		return err
	}
	signals := d.Signals()
	if err := d.Open(); err != nil {
		return err
	}
	ctx := d.Context()
	fmt.Println("daemon", os.Getpid())
	for {
		select {
		case came := <-signals:
			fmt.Println("channel", int(came.(syscall.Signal)))
		case <-ctx.Done():
			fmt.Println("closed", d.Close())
			_, ok := <-signals
			fmt.Println("channel closed", !ok)
			return nil
		}
	}
}

// A program with a loop of its own: nothing is called but by WaitEvents and Dispatch.
func waitsForEvents(directory string) error {
	given := options(directory)
	var calls atomic.Int32
	given.ManualDispatch = true
	given.SignalMap = daemonctx.SignalMap{
		syscall.SIGHUP: daemonctx.Handler(func(os.Signal) { calls.Add(1) }),
	}
	d, err := open(given)
	if err != nil {
		return err
	}
	idle, err := d.WaitEvents(time.Millisecond)
	fmt.Println("idle", idle == daemonctx.EventIdle, err)
	for i := 0; i < 3; i++ {
		syscall.Kill(os.Getpid(), syscall.SIGHUP)
	}
	before := calls.Load()
	handled, err := d.WaitEvents(-1)
	fmt.Println("handled", handled == daemonctx.EventHandled, err, before, calls.Load())
	terminated, err := d.Dispatch()
	fmt.Println("dispatched", terminated, err)
	runtime.LockOSThread() // a signal of this thread's is there when the call returns
	syscall.RawSyscall(syscall.SYS_TGKILL, uintptr(os.Getpid()), uintptr(syscall.Gettid()), uintptr(syscall.SIGHUP))
	runtime.UnlockOSThread()
	handled, err = d.WaitEvents(0)
	fmt.Println("at once", handled == daemonctx.EventHandled, err, calls.Load())
	for {
		event, err := d.WaitEvents(-1)
		if err != nil {
			return err
		}
		if event == daemonctx.EventTerminated {
			break
		}
	}
	again, err := d.WaitEvents(-1) // it does not wait any more
	fmt.Println("again", again == daemonctx.EventTerminated, err, d.Context().Err())
	done := make(chan error)
	if err := d.Close(); err != nil {
		return err
	}
	go func() {
		_, err := d.WaitEvents(-1)
		done <- err
	}()
	fmt.Println("after close", errors.Is(<-done, daemonctx.ErrState))
	return nil
}

// What is not in the map is os/signal's, what is there is the library's; Go's runtime goes on in any case.
func usesOSSignal(directory string, reset daemonctx.SignalReset) error {
	given := options(directory)
	given.SignalReset = reset
	d, err := open(given)
	if err != nil {
		return err
	}
	ctx := d.Context()
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGUSR2)
	terms := make(chan os.Signal, 1)
	signal.Notify(terms, syscall.SIGTERM)
	syscall.Kill(os.Getpid(), syscall.SIGUSR2)
	fmt.Println("os/signal", int((<-heard).(syscall.Signal)))
	fmt.Println("recovered", recovered())
	fmt.Println("broken pipe", brokenPipe())
	fmt.Println("preempted", preempted(ctx))
	syscall.Kill(os.Getpid(), syscall.SIGTERM)
	<-ctx.Done()
	select {
	case <-terms:
		fmt.Println("os/signal heard of SIGTERM")
	default:
	}
	if err := d.Close(); err != nil {
		return err
	}
	syscall.Kill(os.Getpid(), syscall.SIGTERM)
	fmt.Println("closed, os/signal", int((<-terms).(syscall.Signal)))
	return nil
}

// recovered dereferences nil, which Go makes a panic of by a handler of SIGSEGV.
func recovered() (thrown bool) {
	defer func() { thrown = recover() != nil }()
	var nothing *os.File
	fmt.Fprint(os.Stderr, *(*byte)(nil), nothing)
	return false
}

// brokenPipe writes to a connection that the other side has closed: SIGPIPE is not to end the program.
func brokenPipe() bool {
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return false
	}
	syscall.Close(pair[1])
	file := os.NewFile(uintptr(pair[0]), "pair")
	defer file.Close()
	conn, err := net.FileConn(file)
	if err != nil {
		return false
	}
	defer conn.Close()
	_, err = conn.Write([]byte("x"))
	return errors.Is(err, syscall.EPIPE)
}

// preempted collects garbage while a goroutine computes and calls nothing: SIGURG is how the collector stops it.
func preempted(ctx context.Context) bool {
	var end, began atomic.Bool
	go func() {
		began.Store(true)
		for number := uint64(1); ; number = number*6364136223846793005 + 1 {
			if number == 0 || number%(1<<40) == 1 && end.Load() {
				return
			}
		}
	}()
	for !began.Load() {
		runtime.Gosched()
	}
	collected := make(chan bool)
	go func() {
		runtime.GC()
		close(collected)
	}()
	defer end.Store(true)
	select {
	case <-collected:
		return true
	case <-ctx.Done():
	case <-time.After(20 * time.Second): // the bound of the test, not a pause
	}
	return false
}
