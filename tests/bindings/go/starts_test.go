package gotests

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// echoed sends a text and reads it back.
func echoed(t *testing.T, network, address string) {
	t.Helper()
	conn, err := net.DialTimeout(network, address, bound)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(bound)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	text := make([]byte, 5)
	if _, err := io.ReadFull(conn, text); err != nil || string(text) != "hello" {
		t.Fatalf("%q, %v", text, err)
	}
}

func TestListenersFilesAndBytesAreHandedOverByName(t *testing.T) {
	r := start(t, "hands_over")
	r.daemon()
	r.says("named true true true true true")
	address := strings.TrimPrefix(r.line(), "at ")
	echoed(t, "tcp", address)
	echoed(t, "unix", filepath.Join(r.directory, "socket")) // the launcher has closed its own, and ended
	r.signal(syscall.SIGTERM)
	r.endedWith(0)
	// The offset came over too: the daemon wrote behind what the launcher had written.
	text, err := os.ReadFile(filepath.Join(r.directory, "log"))
	if err != nil || string(text) != "launcher\ndaemon\n" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestAPrivilegedHookBindsAPort(t *testing.T) {
	r := start(t, "hook_binds")
	r.pid = r.number("daemon")
	r.says("bound true")
	r.endedWith(0)
}

func TestAnErrorOfAHookIsTheLaunchers(t *testing.T) {
	r := start(t, "hook_fails")
	r.says("failed ERR_CALLBACK privileged 0 5")
	r.complains(3, "port 80 is taken\n")
}

// In 32 bits this exit code is 0, which is C's success.
func TestAnExitCodeThatCDoesNotHoldIsAFailureToo(t *testing.T) {
	r := start(t, "hook_fails_beyond_c")
	r.says("failed ERR_CALLBACK privileged 0 1")
	r.complains(3, "port 80 is taken\n")
}

func TestAPanicInAHookIsTheLaunchersErrorAndDoesNotCrossC(t *testing.T) {
	r := start(t, "hook_panics")
	r.says("failed ERR_CALLBACK privileged 0 2")
	r.complains(3, "panic: assignment to entry in nil map\n")
}

func TestAHookThatCallsItsContextIsRefusedAndNotLocked(t *testing.T) {
	r := start(t, "hook_calls")
	r.pid = r.number("daemon")
	r.says("after the hook true true", "options true true")
	r.endedWith(0)
}

func TestAPanicBeforeTheDaemonIsReadyIsTheLaunchersError(t *testing.T) {
	r := start(t, "panics_before_ready")
	r.pid = r.number("daemon")
	r.says("failed ERR_PROGRAM report 0 2")
	r.complains(3, "panic: no database in '/srv'\n")
	r.gone()
	if !strings.Contains(r.complaint(), "goroutine 1") {
		t.Errorf("no stack: %s", r.complaint())
	}
}

func TestAPanicAfterwardsClosesTheContext(t *testing.T) {
	r := start(t, "panics_after_ready")
	r.daemon()
	r.signal(syscall.SIGTERM)
	r.endedWith(2)
	if !strings.Contains(r.complaint(), "panic: at the end") {
		t.Errorf("no panic: %s", r.complaint())
	}
}

func TestAnErrorThatRunGetsBeforeTheDaemonIsReadyIsTheLaunchers(t *testing.T) {
	r := start(t, "run_fails")
	r.says("failed ERR_PROGRAM report 0 1")
	r.complains(3, "no database in '/srv': été\ufffd!\n")
}

func TestRunIsTheWholeLifeOfADaemon(t *testing.T) {
	r := start(t, "run_succeeds")
	r.daemon()
	r.signal(syscall.SIGTERM)
	r.endedWith(0)
	r.silent()
}

func TestTheTraceNamesEachStepInTheLauncher(t *testing.T) {
	r := start(t, "traces")
	var steps []string
	for len(steps) < 17 {
		fields := strings.Fields(r.line())
		switch {
		case fields[0] == "daemon": // it speaks while the launcher is told
			fmt.Sscan(fields[1], &r.pid)
		case fields[2] == "OK":
			steps = append(steps, fields[1])
		}
	}
	if steps[0] != "plan" || steps[2] != "detach" || steps[16] != "report" {
		t.Error(steps)
	}
	if r.pid == 0 {
		r.pid = r.number("daemon")
	}
	r.launcher()
	r.signal(syscall.SIGTERM)
	r.endedWith(0)
}

func TestAPanicInTheTraceComesOutOfLaunch(t *testing.T) {
	r := start(t, "trace_panics")
	said := map[string]string{}
	for i := 0; i < 2; i++ {
		word, rest, _ := strings.Cut(r.line(), " ")
		said[word] = rest
	}
	if said["panic"] != "in the trace" {
		t.Errorf("%v", said)
	}
	fmt.Sscan(said["daemon"], &r.pid)
	r.launcher()
	r.signal(syscall.SIGTERM)
	r.endedWith(0)
}

// Ctrl-C at the launcher that waits: it ends by it, and so does the daemon that was not ready.
func TestCtrlCAtTheWaitingLauncherLeavesNothing(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			r := start(t, "is_not_ready")
			r.pid = r.number("daemon")
			if err := r.command.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			_ = r.command.Wait()
			status := r.command.ProcessState.Sys().(syscall.WaitStatus)
			if !status.Signaled() || status.Signal() != signal {
				t.Errorf("the launcher ended with %#x: %s", status, r.complaint())
			}
			r.gone()
		})
	}
}
