package daemonctx

// #include "bridge.h"
import "C"

import (
	"context"
	"errors"
	"os"
	"runtime"
	"sync"
	"syscall"
)

// events brings the library's events to the program. Its own lock is taken after that of the context, never before.
type events struct {
	mu      sync.Mutex
	life    *life
	waiting sync.Mutex // of WaitEvents: one at a time
}

// A life is from one opening, or from what was asked for before it, to the next closing. What a goroutine of its own
// works with does not lead to the context, which may be forgotten before it was ever open.
type life struct {
	ctx     context.Context
	cancel  context.CancelFunc
	asked   bool // the program looks out for the end: SIGTERM is its own to handle
	done    chan struct{}
	signals chan os.Signal
	wake    chan struct{}
	mu      sync.Mutex
	pending map[os.Signal]bool
	channel *os.File // a copy of signal_fd, for Go's poller
	watched bool     // a goroutine does it
}

func newLife() *life {
	l := &life{done: make(chan struct{}), wake: make(chan struct{}, 1), pending: map[os.Signal]bool{}}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l
}

// alive is the life that is, or that begins with being asked for. The caller has the lock.
func (e *events) alive() *life {
	if e.life == nil {
		e.life = newLife()
	}
	return e.life
}

// wantsEvents is asked by the goroutine that has the context.
func (d *DaemonContext) wantsEvents() bool {
	d.events.mu.Lock()
	defer d.events.mu.Unlock()
	return len(d.handlers) > 0 || d.events.life != nil
}

// Context returns a context that is cancelled when the daemon is asked to end, by SIGTERM or another signal of
// ActionTerminate or by Terminate, and when d is closed.
//
// A program that asks for it ends in its own way. One that does not (and does not call TerminatedBy, Dispatch or
// WaitEvents either) is ended by the signal, once the pid file has been removed.
func (d *DaemonContext) Context() context.Context {
	if d == nil {
		done, cancel := context.WithCancel(context.Background())
		cancel()
		return done
	}
	d.events.mu.Lock()
	l := d.events.alive()
	l.asked = true
	d.events.mu.Unlock()
	_ = d.watch() // before open, and in a callback: Open does it
	return l.ctx
}

// Signals returns the channel on which the signals of ActionNotify are sent. None is lost; of several of one number
// that have not been received, one is sent. The channel is closed when d is closed. The signals of ActionTerminate are
// not among them: see Context.
func (d *DaemonContext) Signals() <-chan os.Signal {
	if d == nil {
		none := make(chan os.Signal)
		close(none)
		return none
	}
	d.events.mu.Lock()
	l := d.events.alive()
	if l.signals == nil {
		l.signals = make(chan os.Signal)
		go l.send()
	}
	d.events.mu.Unlock()
	_ = d.watch()
	return l.signals
}

// TerminatedBy returns the signal that asks the daemon to end, if one does.
func (d *DaemonContext) TerminatedBy() (syscall.Signal, bool) {
	if d == nil {
		return 0, false
	}
	d.events.mu.Lock()
	d.events.alive().asked = true
	d.events.mu.Unlock()
	var signum C.int32_t
	terminating := C.daemonctx_is_terminating(d.handle, &signum) == 1
	runtime.KeepAlive(d)
	return syscall.Signal(signum), terminating
}

// Terminate asks the daemon to end, as if a signal of ActionTerminate had come.
func (d *DaemonContext) Terminate(signal syscall.Signal) error {
	if d == nil {
		return told("cannot terminate the daemon", C.DAEMONCTX_ERR_ARGUMENT, nil)
	}
	if !isInt32(int(signal)) {
		return told("cannot terminate the daemon", C.DAEMONCTX_ERR_RANGE, nil)
	}
	status := C.daemonctx_terminate(d.handle, C.int32_t(signal))
	runtime.KeepAlive(d)
	return told("cannot terminate the daemon", status, nil)
}

// watch starts the goroutine that dispatches; once, and only in an open context.
func (d *DaemonContext) watch() error {
	if d.manual.Load() {
		return nil
	}
	channel, err := d.channel("watch for signals", true)
	if err == nil {
		go d.attend(channel)
	}
	return err
}

func (d *DaemonContext) attend(channel *os.File) {
	for awaitReadable(channel) == nil {
		came, signal, err := d.take()
		if err != nil {
			return // closed
		}
		d.deliver(came)
		if signal == 0 {
			continue
		}
		d.events.mu.Lock()
		l := d.events.alive()
		l.cancel()
		asked := l.asked
		d.events.mu.Unlock()
		if !asked {
			d.Close() //nolint:errcheck // nobody is there to be told
			C.daemonctx_go_die(C.int32_t(signal))
		}
	}
}

// deliver calls handlers in the calling goroutine, which has nothing locked.
func (d *DaemonContext) deliver(came []syscall.Signal) {
	for _, signal := range came {
		d.mu.Lock()
		action := d.handlers[signal]
		d.mu.Unlock()
		switch action := action.(type) {
		case Handler:
			action(signal)
		case Action:
			d.events.mu.Lock()
			l := d.events.alive()
			d.events.mu.Unlock()
			l.notify(signal)
		}
	}
}

func (l *life) notify(signal os.Signal) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending[signal] = true
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *life) next() (os.Signal, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for signal := range l.pending {
		delete(l.pending, signal)
		return signal, true
	}
	return nil, false
}

func (l *life) send() {
	defer close(l.signals)
	for {
		signal, ok := l.next()
		if !ok {
			select {
			case <-l.wake:
				continue
			case <-l.done:
				return
			}
		}
		select {
		case l.signals <- signal:
		case <-l.done:
			return
		}
	}
}

// watchIfWanted is called in the daemon, by the goroutine that opened.
func (d *DaemonContext) watchIfWanted() error {
	d.mu.Lock()
	wanted := d.wantsEvents()
	d.mu.Unlock()
	if !wanted {
		return nil
	}
	err := d.watch()
	if errors.Is(err, ErrState) {
		return nil // an open context was opened once more, or another goroutine has asked, or closed, in between
	}
	return err
}

func (e *events) closed() {
	e.mu.Lock()
	defer e.mu.Unlock()
	l := e.life
	e.life = nil
	if l == nil {
		return
	}
	l.cancel()
	close(l.done)
	if l.channel != nil {
		l.channel.Close()
	}
}
