package gotests

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"daemonctx"
)

func TestSIGTERMCancelsTheContextAndTheProgramEndsInItsOwnWay(t *testing.T) {
	r := start(t, "ends_in_its_own_way")
	r.daemon()
	r.signal(syscall.SIGTERM)
	r.says("ends by 15 true true true")
	r.endedWith(7)
}

func TestAProgramThatNeverAsksForEventsDiesBySIGTERMWithoutItsPidFile(t *testing.T) {
	r := start(t, "never_asks")
	pid := r.daemon()
	r.says("collected") // the garbage, not the open context that the program has forgotten
	if holder, err := r.pidfile().Query(); holder != pid || err != nil {
		t.Fatalf("the pid file is held by %d: %v", holder, err)
	}
	r.signal(syscall.SIGTERM)
	r.endedBy(syscall.SIGTERM)
}

func TestAProgramThatOnlyHandlesOtherSignalsDiesBySIGTERMToo(t *testing.T) {
	r := start(t, "never_asks_but_handles")
	r.daemon()
	r.signal(syscall.SIGHUP)
	r.says("handled")
	r.signal(syscall.SIGTERM)
	r.endedBy(syscall.SIGTERM)
}

func TestADaemonCanAskItselfToEnd(t *testing.T) {
	r := start(t, "terminates_itself")
	r.pid = r.number("daemon")
	r.says("true true", "by 2")
	r.endedWith(0)
}

func TestAClosedContextIsOpenedAgain(t *testing.T) {
	r := start(t, "closes_and_opens_again")
	first := r.number("daemon")
	r.launcher()
	r.says("closed true true")
	line := r.line()
	fields := strings.Fields(line)
	if len(fields) != 4 || fields[0] != "again" || fields[1] != "second" || fields[2] != "second" {
		t.Fatalf("%q", line)
	}
	r.pid = first
	if status, _ := r.ended(); status != 0 {
		t.Errorf("the first daemon, as a launcher, ended with %#x", status)
	}
	fmt.Sscan(fields[3], &r.pid)
	r.signal(syscall.SIGTERM)
	r.endedWith(0)
}

func TestInPlaceTheProcessStaysTheSame(t *testing.T) {
	r := start(t, "in_place")
	line := strings.Fields(r.line())
	if line[0] != "started" {
		t.Fatal(line)
	}
	r.says("daemon "+line[1], "in / true "+line[2])
	r.signal(syscall.SIGTERM)
	if status := r.launcher(); status != 0 {
		t.Errorf("it ended with %d: %s", status, r.complaint())
	}
	r.pidfileGone()
}

func TestALauncherLivesOnAndLaunchesAgain(t *testing.T) {
	r := start(t, "launches_twice")
	first := r.number("daemon")
	said := map[string]bool{}
	for i := 0; i < 2; i++ { // the second daemon and the launcher speak at once
		said[strings.Fields(r.line())[0]] = true
	}
	if status := r.launcher(); status != 0 || !said["launched"] || !said["daemon"] {
		t.Errorf("it ended with %d: %v %s", status, said, r.complaint())
	}
	for i, name := range []string{"pid0", "pid1"} {
		pidfile := daemonctx.Pidfile(filepath.Join(r.directory, name))
		pid, err := pidfile.Query()
		if err != nil || i == 0 && pid != first {
			t.Errorf("%s: %d, %v", name, pid, err)
		}
		if err := pidfile.Stop(-1); err != nil {
			t.Error(err)
		}
	}
	r.silent()
}

func TestASecondStartIsRefusedWithTheFirstOnesPid(t *testing.T) {
	r := start(t, "ends_in_its_own_way")
	pid := r.daemon()
	second := startIn(t, r.directory, "program", "ends_in_its_own_way", r.directory)
	second.says("failed ERR_ALREADY_RUNNING plan 0 -1")
	if status := second.launcher(); status != 3 {
		t.Errorf("it ended with %d", status)
	}
	if holder, err := r.pidfile().Query(); holder != pid || err != nil {
		t.Errorf("%d, %v", holder, err)
	}
}

func TestAPidFileManagerEntersInTheDaemonAndExitsAtClose(t *testing.T) {
	r := start(t, "keeps_a_manager")
	entered := r.number("enter")
	r.pid = r.number("daemon")
	if status := r.launcher(); status != 0 || entered != r.pid {
		t.Errorf("status %d, entered in %d, the daemon is %d", status, entered, r.pid)
	}
	taken := filepath.Join(r.directory, "taken")
	if _, err := os.Stat(taken); err != nil {
		t.Error(err)
	}
	if err := syscall.Kill(r.pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if exited := r.number("exit"); exited != r.pid {
		t.Errorf("exit in %d", exited)
	}
	r.endedWith(0)
	if _, err := os.Stat(taken); err == nil {
		t.Error("exit has not been called")
	}
}

func TestAManagersErrorAndItsExitCodeAreTheLaunchers(t *testing.T) {
	r := start(t, "manager_fails")
	r.number("enter")
	r.says("failed ERR_CALLBACK pidfile 0 42")
	r.complains(3, "database: locked by alice")
}

// All threads of Go's runtime have the new identity, and not only the one that asked for it.
func TestEveryThreadGivesUpItsPrivileges(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root can become another user")
	}
	r := start(t, "becomes_nobody")
	r.pid = r.number("daemon")
	line := r.line()
	for _, part := range []string{"Uid: 65534 65534 65534 65534", "Gid: 65534 65534 65534 65534", "Groups: 65534",
		"CapEff: 0000000000000000", "NoNewPrivs: 1"} {
		if !strings.Contains(line, part) {
			t.Errorf("threads have %s, not %s", line, part)
		}
	}
	r.endedWith(0)
	r.silent() // another line would be a thread with another identity
}

// By re-exec the steps before main have the launcher's surroundings; what fails after it is told as by fork.
func TestAFailureInTheDaemonIsTheLaunchersError(t *testing.T) {
	r := start(t, "no_such_directory")
	r.says("failed ERR_SYSTEM working_directory 2 -1")
	r.complains(3, "cannot change directory to '"+filepath.Join(r.directory, "missing")+"': No such file or directory")
}

func TestTheArgumentsAreTheLaunchers(t *testing.T) {
	r := start(t, "never_asks")
	pid := r.daemon()
	arguments, err := os.ReadFile(filepath.Join("/proc", itoa(pid), "cmdline"))
	if err != nil {
		t.Fatal(err)
	}
	wanted := strings.Join(r.command.Args, "\x00") + "\x00"
	if !bytes.Equal(arguments, []byte(wanted)) {
		t.Errorf("%q, not %q", arguments, wanted)
	}
}
