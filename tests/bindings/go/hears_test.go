package gotests

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

func itoa(number int) string { return strconv.Itoa(number) }

func TestSignalsComeOverTheChannelAndToHandlers(t *testing.T) {
	r := start(t, "hears_signals")
	r.daemon()
	r.signal(syscall.SIGUSR1)
	r.says("channel 10")
	r.signal(syscall.SIGUSR2)
	r.says("channel 12")
	log := filepath.Join(r.directory, "log")
	if err := os.Rename(log, log+".1"); err != nil {
		t.Fatal(err)
	}
	r.signal(syscall.SIGHUP) // the handler reopens the streams: it may use the context
	r.says("handler 1 <nil> true")
	if _, err := os.Stat(log); err != nil {
		t.Error(err)
	}
	r.signal(syscall.SIGUSR1)
	r.says("channel 10")
	r.signal(syscall.SIGTERM)
	r.says("closed <nil>", "channel closed true")
	r.endedWith(0)
}

func TestAProgramWithALoopOfItsOwnWaitsForEvents(t *testing.T) {
	r := start(t, "waits_for_events")
	r.daemon()
	r.says("idle true <nil>", "handled true <nil> 0 1", "dispatched false <nil>",
		"at once true <nil> 2")
	r.signal(syscall.SIGTERM)
	r.says("again true <nil> context canceled", "after close true")
	r.endedWith(0)
}

// os/signal has what is outside of the map; Go's nil-pointer panics, broken pipes and garbage collector work as before,
// also where all signals were reset.
func TestTheLibrarysHandlersLiveBesideThoseOfGo(t *testing.T) {
	for _, name := range []string{"uses_os_signal", "resets_signals"} {
		t.Run(name, func(t *testing.T) {
			r := start(t, name)
			r.pid = r.number("daemon")
			r.says("os/signal 12", "recovered true", "broken pipe true", "preempted true", "closed, os/signal 15")
			r.endedWith(0)
			if status := r.launcher(); status != 0 {
				t.Errorf("the launcher ended with %d", status)
			}
		})
	}
}
