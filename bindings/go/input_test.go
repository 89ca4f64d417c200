package daemonctx

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

func id(number uint32) *uint32 { return &number }

type badOptions struct {
	options Options
	is      error
	says    string
}

func allBadOptions(t *testing.T) map[string]badOptions {
	t.Helper()
	closed, err := os.Open("/dev/null")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	closedListener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closedListener.Close()
	return map[string]badOptions{
		"a NUL in the working directory": {Options{WorkingDirectory: "/var\x00/lib"}, ErrArgument, "working_directory"},
		"a NUL in the chroot directory":  {Options{ChrootDirectory: "\x00"}, ErrArgument, "chroot_directory"},
		"a NUL in the pid file":          {Options{Pidfile: "/run/x\x00.pid"}, ErrArgument, "pidfile"},
		"a NUL in the user":              {Options{User: "root\x00"}, ErrArgument, "user"},
		"a NUL in the group":             {Options{Group: "\x00root"}, ErrArgument, "group"},
		"a NUL in a stream's path":       {Options{Stdout: PathStream("/x\x00", 0o600)}, ErrArgument, "stdout"},
		"a stream without a path":        {Options{Stdin: PathStream("", 0)}, ErrArgument, "stdin"},
		"a mode with more than bits":     {Options{Stderr: PathStream("/x", fs.ModeSetuid|0o600)}, ErrRange, "stderr"},
		"a closed file as a stream":      {Options{Stdin: FileStream(closed)}, os.ErrClosed, "stdin"},
		"a nil file as a stream":         {Options{Stderr: FileStream(nil)}, os.ErrInvalid, "stderr"},
		"a negative descriptor":          {Options{Stdout: FDStream(-7)}, ErrRange, "-7"},
		"a descriptor beyond an int32":   {Options{Stdout: FDStream(1 << 40)}, ErrRange, "stdout"},
		"a preserved one beyond":         {Options{FilesPreserve: []int{3, 1 << 40}}, ErrRange, "files_preserve"},
		"a closed file":                  {Options{Files: map[string]*os.File{"log": closed}}, os.ErrClosed, `"log"`},
		"a nil file":                     {Options{Files: map[string]*os.File{"log": nil}}, os.ErrInvalid, `"log"`},
		"a closed listener":              {Options{Listeners: listeners(closedListener)}, net.ErrClosed, `"http"`},
		"a nil listener":                 {Options{Listeners: listeners(nil)}, ErrArgument, `"http"`},
		"a listener without descriptor":  {Options{Listeners: listeners(noDescriptor{})}, ErrArgument, `"http"`},
		"a umask below -1":               {Options{Umask: -2}, ErrRange, "umask"},
		"a umask of too many bits":       {Options{Umask: 0o1000}, ErrRange, "umask"},
		"uid and user":                   {Options{UID: id(0), User: "root"}, ErrArgument, "User"},
		"gid and group":                  {Options{GID: id(0), Group: "root"}, ErrArgument, "Group"},
		"pid file and manager":           {Options{Pidfile: "/x", PidfileManager: &manager{}}, ErrArgument, "PidfileManager"},
		"the action nil":                 {Options{SignalMap: SignalMap{syscall.SIGHUP: nil}}, ErrArgument, "nil"},
		"a nil handler":                  {Options{SignalMap: SignalMap{syscall.SIGHUP: Handler(nil)}}, ErrArgument, "nil"},
		"a handler of SIGKILL":           {Options{SignalMap: SignalMap{syscall.SIGKILL: Handler(func(os.Signal) {})}}, ErrRange, "9"},
		"notification of no signal":      {Options{SignalMap: SignalMap{0: ActionNotify}}, ErrRange, "0"},
		"a signal beyond an int32":       {Options{SignalMap: SignalMap{1 << 40: ActionIgnore}}, ErrRange, "signal_map"},
		"a switch that is neither":       {Options{PreventCore: 9}, ErrRange, "prevent_core"},
		"an unknown enumerator":          {Options{ReadyMode: -5}, ErrRange, "ready_mode"},
		"an enumerator beyond C's":       {Options{ReadyMode: 1<<32 + ReadyModeManual}, ErrRange, "ready_mode"},
		"a switch beyond an int32":       {Options{PreventCore: 1<<32 + Off}, ErrRange, "prevent_core"},
		"an action beyond C's":           {Options{SignalMap: SignalMap{syscall.SIGHUP: Action(1 << 32)}}, ErrRange, "signal_map"},
		"a time beyond C's":              {Options{ReadyTimeout: 1 << 62}, ErrRange, "ready_timeout"},
	}
}

// What is wrong with options is an error of New, with a sentence, and never a crash.
func TestBadOptionsAreRefused(t *testing.T) {
	for name, bad := range allBadOptions(t) {
		d, err := New(bad.options)
		if d != nil || !errors.Is(err, bad.is) || !strings.Contains(err.Error(), bad.says) {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(err.Error(), "\x00") {
			t.Errorf("%s: the sentence holds a NUL: %q", name, err)
		}
	}
}

// A program may look at Open's error alone: there is no daemon without an option that was refused. What else was given
// is stored.
func TestARefusalIsRememberedUntilTheOptionIsSet(t *testing.T) {
	for name, bad := range allBadOptions(t) {
		d, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		bad.options.NoNewPrivs = On
		if err := d.Configure(bad.options); !errors.Is(err, bad.is) {
			t.Errorf("%s: Configure: %v", name, err)
		}
		if d.Options().NoNewPrivs != On {
			t.Errorf("%s: what was not refused is not stored", name)
		}
		if err := d.Configure(Options{StreamSwitch: StreamSwitchAtOpen}); err != nil {
			t.Errorf("%s: another option: %v", name, err)
		}
		if err := d.Check(); err == nil {
			t.Errorf("%s: is forgotten", name)
		}
	}
	d, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, options := range []Options{{User: "x\x00"}, {UID: id(0), User: "root"}, {Files: map[string]*os.File{"log": nil}}} {
		if err := d.Configure(options); err == nil || d.Check() == nil {
			t.Errorf("%+v: %v", options, err)
		}
		if err := d.Configure(Options{UID: id(uint32(os.Getuid())), Files: map[string]*os.File{}}); err != nil {
			t.Error(err)
		}
		if err := d.Check(); err != nil {
			t.Errorf("after it was set: %v", err)
		}
	}
}

func TestNumbersThatCDoesNotHoldAreNotTakenForOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pid")
	if err := Pidfile(path).Signal(1<<32 + syscall.SIGTERM); !errors.Is(err, ErrRange) {
		t.Error(err)
	}
	d, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Terminate(1<<32 + syscall.SIGTERM); !errors.Is(err, ErrRange) {
		t.Error(err)
	}
	if err := (&Hook{d.handle}).Preserve(1 << 32); !errors.Is(err, ErrRange) {
		t.Error(err)
	}
	if preserved := d.Options().FilesPreserve; len(preserved) != 0 {
		t.Error(preserved)
	}
}

type manager struct{}

func (*manager) Enter() error { return nil }
func (*manager) Exit() error  { return nil }

type noDescriptor struct{ net.Listener }

func listeners(one net.Listener) map[string]net.Listener {
	return map[string]net.Listener{"http": one}
}

func TestAFileThatIsClosedAfterwardsIsRefusedByCheckAndOpen(t *testing.T) {
	for name, hand := range map[string]func(*os.File) Options{
		"named":    func(file *os.File) Options { return Options{Files: map[string]*os.File{"log": file}} },
		"a stream": func(file *os.File) Options { return Options{Stdin: FileStream(file)} },
	} {
		file, err := os.Open("/dev/null")
		if err != nil {
			t.Fatal(err)
		}
		d, err := New(hand(file))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		file.Close()
		if err := d.Check(); !errors.Is(err, ErrArgument) || !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: Check: %v", name, err)
		}
		if err := d.Open(); !errors.Is(err, ErrArgument) || !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: Open: %v", name, err)
		}
	}
}

func TestAClosedContextRefusesWhatNeedsAnOpenOne(t *testing.T) {
	d, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for round := 0; round < 2; round++ { // before and after Close
		checkClosed(t, d)
		if err := d.Close(); err != nil {
			t.Errorf("Close of a closed context: %v", err)
		}
	}
}

func checkClosed(t *testing.T, d *DaemonContext) {
	t.Helper()
	_, dispatched := d.Dispatch()
	_, waited := d.WaitEvents(0)
	for name, err := range map[string]error{
		"NotifyReady":   d.NotifyReady(),
		"NotifyFailed":  d.NotifyFailed(1, "no"),
		"ReopenStreams": d.ReopenStreams(),
		"Terminate":     d.Terminate(syscall.SIGTERM),
		"Dispatch":      dispatched,
		"WaitEvents":    waited,
	} {
		if !errors.Is(err, ErrState) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if d.IsOpen() || d.DaemonPID() != 0 {
		t.Error("it is open")
	}
	if _, terminating := d.TerminatedBy(); terminating {
		t.Error("it is terminating")
	}
}

// All methods of a nil context and of one that New did not make fail, and do not panic.
func TestNoContextIsAnError(t *testing.T) {
	for name, d := range map[string]*DaemonContext{"nil": nil, "zero": {}} {
		_, launched := d.Launch()
		_, dispatched := d.Dispatch()
		_, waited := d.WaitEvents(time.Second)
		for method, err := range map[string]error{
			"Open": d.Open(), "Launch": launched, "Check": d.Check(), "Close": d.Close(), "Dispatch": dispatched,
			"WaitEvents": waited, "NotifyReady": d.NotifyReady(), "NotifyFailed": d.NotifyFailed(1, "no"),
			"Terminate": d.Terminate(syscall.SIGTERM), "ReopenStreams": d.ReopenStreams(),
			"Configure": d.Configure(Options{WorkingDirectory: "/"}),
		} {
			if !errors.Is(err, ErrArgument) {
				t.Errorf("%s of a %s context: %v", method, name, err)
			}
		}
		if d.IsOpen() || d.DaemonPID() != 0 || d.Options().WorkingDirectory != "" || d.Handle() != nil {
			t.Errorf("a %s context is something", name)
		}
		if _, terminating := d.TerminatedBy(); terminating || d.DetachReason() != 0 || d.String() == "" {
			t.Errorf("a %s context is something", name)
		}
	}
	var none *DaemonContext
	<-none.Context().Done()
	if _, ok := <-none.Signals(); ok {
		t.Error("a signal came")
	}
	if _, err := none.File("x"); !errors.Is(err, ErrArgument) {
		t.Error(err)
	}
}

func TestAForkIsRefusedBecauseAGoProcessHasThreads(t *testing.T) {
	for _, detach := range []DetachProcess{DetachProcessYes, DetachProcessNo} {
		_, pid, err := Launch(Options{DetachMethod: DetachMethodFork, DetachProcess: detach})
		var failed *Error
		if !errors.As(err, &failed) || failed.Status != ErrThreads || failed.Step != StepPrepare || pid != 0 {
			t.Errorf("%v: %v", detach, err)
		}
	}
}

func TestOptionsThatAreNotGivenStayAsTheyAre(t *testing.T) {
	d, err := New(Options{WorkingDirectory: "/tmp", Umask: 0o22, Pidfile: "/run/x.pid", NoNewPrivs: On})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Configure(Options{Umask: 0o27}); err != nil {
		t.Fatal(err)
	}
	o := d.Options()
	if o.WorkingDirectory != "/tmp" || o.Umask != 0o27 || o.Pidfile != "/run/x.pid" || o.NoNewPrivs != On {
		t.Errorf("%+v", o)
	}
	if o.DetachMethod != DetachMethodReexec {
		t.Errorf("a Go program detaches by %v", o.DetachMethod)
	}
}

func TestASignalMapIsLaidOverTheDefaultOrOverNothing(t *testing.T) {
	d, err := New(Options{SignalMap: SignalMap{
		syscall.SIGHUP: Handler(func(os.Signal) {}), syscall.SIGUSR1: ActionNotify, syscall.SIGTTIN: ActionUnset,
	}})
	if err != nil {
		t.Fatal(err)
	}
	signals := d.Options().SignalMap
	if _, ok := signals[syscall.SIGHUP].(Handler); !ok || len(signals) != 5 ||
		signals[syscall.SIGUSR1] != ActionNotify || signals[syscall.SIGTERM] != ActionTerminate {
		t.Errorf("%v", signals)
	}
	if err := d.Configure(Options{ClearSignalMap: true, SignalMap: SignalMap{syscall.SIGINT: ActionTerminate}}); err != nil {
		t.Fatal(err)
	}
	if signals = d.Options().SignalMap; len(signals) != 1 || signals[syscall.SIGINT] != ActionTerminate {
		t.Errorf("%v", signals)
	}
}

// Contexts that nobody has any more are freed; the collector runs while others are used.
func TestForgottenContextsAreFreed(t *testing.T) {
	before, goroutines := openDescriptors(t), runtime.NumGoroutine()
	for round := 0; round < 200; round++ {
		d, err := New(Options{SignalMap: SignalMap{syscall.SIGHUP: ActionNotify}, Pidfile: filepath.Join("/run", "x.pid")})
		if err != nil {
			t.Fatal(err)
		}
		_ = d.Context() // asks for a life that never begins
		_ = d.Signals()
		if round%20 == 0 {
			runtime.GC()
		}
		if o := d.Options(); o.Pidfile != "/run/x.pid" {
			t.Fatal(o.Pidfile)
		}
	}
	left := func() bool { return openDescriptors(t) > before || runtime.NumGoroutine() > goroutines+1 }
	for attempt := 0; attempt < 1000 && left(); attempt++ {
		runtime.GC()
		runtime.Gosched()
	}
	if left() { // one context may still be on the stack
		t.Errorf("%d descriptors and %d goroutines before, %d and %d afterwards", before, goroutines, openDescriptors(t),
			runtime.NumGoroutine())
	}
}

func openDescriptors(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}
