package daemonctx

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestAnErrorIsItsStatusAndItsErrno(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing", "input")
	_, err := New(Options{Stdin: PathStream(missing, 0)})
	if err != nil {
		t.Fatal(err)
	}
	d, _ := New(Options{Stdin: PathStream(missing, 0)})
	err = d.Check()
	for _, is := range []error{ErrSystem, syscall.ENOENT, fs.ErrNotExist, os.ErrNotExist} {
		if !errors.Is(err, is) {
			t.Errorf("%v is not %v", err, is)
		}
	}
	for _, is := range []error{ErrRange, syscall.EPERM, fs.ErrPermission} {
		if errors.Is(err, is) {
			t.Errorf("%v is %v", err, is)
		}
	}
	var failed *Error
	if !errors.As(err, &failed) {
		t.Fatalf("%T is no *Error", err)
	}
	if failed.Status != ErrSystem || failed.Step != StepPlan || failed.Errno != syscall.ENOENT ||
		failed.Step.String() != "plan" || failed.ExitCode != -1 || failed.Signal != -1 {
		t.Errorf("%+v", failed)
	}
	if !strings.Contains(err.Error(), "'"+missing+"'") {
		t.Errorf("the sentence does not name the file: %v", err)
	}
}

func TestStatusesHaveNamesAndMeanings(t *testing.T) {
	if ErrAlreadyRunning.String() != "ERR_ALREADY_RUNNING" || ErrNotRunning.String() != "NOT_RUNNING" {
		t.Error(ErrAlreadyRunning.String(), ErrNotRunning.String())
	}
	if ErrTimeout.Error() == "" || ErrTimeout.Error() == ErrDied.Error() {
		t.Error(ErrTimeout.Error())
	}
	if Status(-1000).String() != "UNKNOWN" || Step(1000).String() != "unknown" {
		t.Error(Status(-1000).String(), Step(1000).String())
	}
	for text, name := range map[string]string{
		DetachMethodReexec.String():      "REEXEC",
		DetachProcessAuto.String():       "AUTO",
		DetachReasonChildOfPID1.String(): "CHILD_OF_PID_1",
		ActionTerminate.String():         "TERMINATE",
		ReadyModeManual.String():         "MANUAL",
		ReadyMode(77).String():           "ReadyMode(77)",
	} {
		if text != name {
			t.Errorf("%s is called %s", name, text)
		}
	}
}

func TestAPidfileThatNobodyHoldsIsErrNotRunning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stale.pid")
	if err := os.WriteFile(path, []byte("1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, pidfile := range []Pidfile{Pidfile(path), Pidfile(path + ".absent")} {
		_, query := pidfile.Query()
		for name, err := range map[string]error{
			"Query": query, "Signal": pidfile.Signal(syscall.SIGTERM),
			"Stop": pidfile.Stop(time.Second), "Wait": pidfile.Wait(time.Second),
		} {
			if !errors.Is(err, ErrNotRunning) {
				t.Errorf("%s of %s: %v", name, pidfile, err)
			}
		}
	}
}

func TestAPidfileTellsWhyItCannotBeAsked(t *testing.T) {
	directory := Pidfile(t.TempDir())
	_, err := directory.Query()
	if !errors.Is(err, ErrUnsafePath) || !strings.Contains(err.Error(), string(directory)) {
		t.Error(err)
	}
	for name, pidfile := range map[string]Pidfile{"empty": "", "with a NUL": "/run/\x00x.pid"} {
		if _, err := pidfile.Query(); !errors.Is(err, ErrArgument) || !errors.Is(err, syscall.EINVAL) {
			t.Errorf("%s: %v", name, err)
		}
		if err := pidfile.Stop(0); !errors.Is(err, ErrArgument) || strings.Contains(err.Error(), "\x00") {
			t.Errorf("%s: %q", name, err)
		}
	}
	if err := Pidfile("/run/x.pid").Signal(12345); !errors.Is(err, ErrRange) {
		t.Error(err)
	}
	if err := Pidfile("/run/x.pid").Wait(1 << 62); !errors.Is(err, ErrRange) {
		t.Error(err)
	}
	_, err = Pidfile("/dev/null/x.pid").Query()
	if !errors.Is(err, syscall.ENOTDIR) && !errors.Is(err, ErrNotRunning) {
		t.Error(err)
	}
}
