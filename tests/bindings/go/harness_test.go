// Package gotests starts Go programs that become daemons, and looks at them from outside.
package gotests

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"daemonctx"
)

// bound is how long an event is waited for before a test fails.
const bound = 60 * time.Second

var binaries string

// TestMain builds the programs, once, and makes this process the one that gets the daemons' exit statuses.
func TestMain(m *testing.M) {
	const prSetChildSubreaper = 36
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, prSetChildSubreaper, 1, 0); errno != 0 {
		fmt.Fprintln(os.Stderr, "cannot become a subreaper:", errno)
		os.Exit(1)
	}
	directory, err := os.MkdirTemp("", "daemonctx-go-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binaries = directory
	status := 1
	if built(directory) {
		status = m.Run()
	}
	endChildren()
	os.RemoveAll(directory)
	os.Exit(status)
}

// endChildren ends the daemons of tests that failed before they knew them: this process, a subreaper, is their parent.
func endChildren() {
	lists, _ := filepath.Glob("/proc/self/task/*/children")
	for _, list := range lists {
		text, _ := os.ReadFile(list)
		for _, word := range strings.Fields(string(text)) {
			if pid, err := strconv.Atoi(word); err == nil {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	}
}

func built(directory string) bool {
	arguments := []string{"build", "-o", directory + "/"}
	if raceEnabled {
		arguments = append(arguments, "-race")
	}
	build := exec.Command("go", append(arguments, "./program", "./churn", "daemonctx/examples/echod")...)
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return false
	}
	return true
}

// A run is a program that was started, and its daemon.
type run struct {
	t         *testing.T
	directory string
	command   *exec.Cmd
	said      *os.File // what launcher and daemon have printed
	lines     *bufio.Reader
	errors    string // path of the standard error
	pid       int
}

func start(t *testing.T, name string) *run {
	t.Helper()
	directory := t.TempDir()
	return startIn(t, directory, "program", name, directory)
}

// startIn starts a program whose files are in a directory: pid, stderr.
func startIn(t *testing.T, directory, program string, arguments ...string) *run {
	t.Helper()
	r := &run{t: t, directory: directory, errors: filepath.Join(directory, "stderr")}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := os.Create(r.errors)
	if err != nil {
		t.Fatal(err)
	}
	defer stderr.Close()
	defer write.Close()
	r.said, r.lines = read, bufio.NewReader(read)
	if err := read.SetReadDeadline(time.Now().Add(bound)); err != nil {
		t.Fatal(err)
	}
	r.command = exec.Command(filepath.Join(binaries, program), arguments...)
	r.command.Dir = "/"
	r.command.Stdout, r.command.Stderr = write, stderr
	if err := r.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.end)
	return r
}

// end leaves nothing running.
func (r *run) end() {
	files, _ := filepath.Glob(filepath.Join(r.directory, "pid*"))
	for _, file := range files {
		_ = daemonctx.Pidfile(file).Stop(0)
	}
	if r.pid != 0 {
		_ = syscall.Kill(r.pid, syscall.SIGKILL)
	}
	if r.command.ProcessState == nil {
		_ = r.command.Process.Kill()
		r.launcher()
	}
	r.said.Close()
	if r.t.Failed() {
		r.t.Logf("standard error: %s", r.complaint())
	}
}

func (r *run) pidfile() daemonctx.Pidfile {
	return daemonctx.Pidfile(filepath.Join(r.directory, "pid"))
}

func (r *run) line() string {
	r.t.Helper()
	line, err := r.lines.ReadString('\n')
	if err != nil {
		r.t.Fatalf("no line: %v: %q: %s", err, line, r.complaint())
	}
	return strings.TrimSuffix(line, "\n")
}

// says checks the next lines.
func (r *run) says(lines ...string) {
	r.t.Helper()
	for _, wanted := range lines {
		if line := r.line(); line != wanted {
			r.t.Fatalf("it said %q, not %q: %s", line, wanted, r.complaint())
		}
	}
}

// silent checks that nothing more is said until launcher and daemon have ended.
func (r *run) silent() {
	r.t.Helper()
	if line, err := r.lines.ReadString('\n'); line != "" || err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		r.t.Errorf("it said %q more, %v", line, err)
	}
}

// number reads a line with a word and a number after it.
func (r *run) number(word string) int {
	r.t.Helper()
	line := r.line()
	number, err := strconv.Atoi(strings.TrimPrefix(line, word+" "))
	if err != nil {
		r.t.Fatalf("it said %q, not %s and a number: %s", line, word, r.complaint())
	}
	return number
}

// daemon waits for the daemon, and for its launcher to end with success.
func (r *run) daemon() int {
	r.t.Helper()
	r.pid = r.number("daemon")
	if status := r.launcher(); status != 0 {
		r.t.Fatalf("the launcher ended with %d: %s", status, r.complaint())
	}
	if holder, err := r.pidfile().Query(); holder != r.pid || err != nil {
		r.t.Fatalf("the pid file is held by %d, not %d: %v", holder, r.pid, err)
	}
	return r.pid
}

// launcher returns the launcher's exit status; -1: a signal.
func (r *run) launcher() int {
	if r.command.ProcessState == nil {
		_ = r.command.Wait()
	}
	return r.command.ProcessState.ExitCode()
}

// signal sends one to the daemon of the pid file.
func (r *run) signal(number syscall.Signal) {
	r.t.Helper()
	if err := r.pidfile().Signal(number); err != nil {
		r.t.Fatal(err)
	}
}

// ended waits for the daemon's end. It becomes this process's child when the launcher has ended; of one that ends before
// that, the library has taken the exit status, and known is false.
func (r *run) ended() (status syscall.WaitStatus, known bool) {
	r.t.Helper()
	early := r.command.ProcessState == nil
	r.launcher()
	ended := make(chan error, 1)
	go func() {
		for {
			_, err := syscall.Wait4(r.pid, &status, 0, nil)
			if !errors.Is(err, syscall.EINTR) {
				ended <- err
				return
			}
		}
	}()
	select {
	case err := <-ended:
		r.pid = 0
		if err != nil && !(early && errors.Is(err, syscall.ECHILD)) {
			r.t.Fatal(err)
		}
		return status, err == nil
	case <-time.After(bound):
		r.t.Fatalf("daemon %d does not end", r.pid)
		return 0, false
	}
}

func (r *run) endedWith(code int) {
	r.t.Helper()
	if status, known := r.ended(); known && (!status.Exited() || status.ExitStatus() != code) {
		r.t.Errorf("the daemon ended with %#x, not status %d: %s", status, code, r.complaint())
	}
	r.pidfileGone()
}

func (r *run) endedBy(signal syscall.Signal) {
	r.t.Helper()
	if status, known := r.ended(); known && (!status.Signaled() || status.Signal() != signal) {
		r.t.Errorf("the daemon ended with %#x, not by %v", status, signal)
	}
	r.pidfileGone()
}

func (r *run) pidfileGone() {
	r.t.Helper()
	if _, err := os.Lstat(string(r.pidfile())); !errors.Is(err, os.ErrNotExist) {
		r.t.Errorf("the pid file is left: %v", err)
	}
}

// gone checks that the launch has left nothing, now that the launcher has ended: no daemon, no pid file.
func (r *run) gone() {
	r.t.Helper()
	_, _ = syscall.Wait4(r.pid, nil, syscall.WNOHANG, nil) // its end may be known to nobody yet
	if err := syscall.Kill(r.pid, 0); !errors.Is(err, syscall.ESRCH) {
		r.t.Errorf("daemon %d is left: %v", r.pid, err)
	}
	r.pid = 0
	r.pidfileGone()
}

func (r *run) complaint() string {
	text, _ := os.ReadFile(r.errors)
	return string(text)
}

// complains checks the launcher's status and its sentence.
func (r *run) complains(status int, sentence string) {
	r.t.Helper()
	if ended := r.launcher(); ended != status {
		r.t.Errorf("the launcher ended with %d, not %d", ended, status)
	}
	if text := r.complaint(); !strings.Contains(text, sentence) {
		r.t.Errorf("it complained %q, not %q", text, sentence)
	}
	r.pidfileGone()
}
