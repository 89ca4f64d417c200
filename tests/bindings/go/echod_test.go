package gotests

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func startExample(t *testing.T, directory, port string) *run {
	t.Helper()
	return startIn(t, directory, "echod", "-port", port, "-pidfile", filepath.Join(directory, "pid"),
		"-log", filepath.Join(directory, "log"), "-config", filepath.Join(directory, "settings"))
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// greeting is the first line that a new client gets; the client can echo.
func greeting(t *testing.T, address string) (string, net.Conn) {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, bound)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(bound))
	line, err := bufio.NewReaderSize(conn, 16).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line), conn
}

func TestTheExampleEchoesReloadsAndEndsInPeace(t *testing.T) {
	directory := t.TempDir()
	settings := filepath.Join(directory, "settings")
	write(t, settings, "# of the test\ngreeting = first\n")
	r := startExample(t, directory, "0")
	var address string
	if _, err := fmt.Sscanf(r.line(), "echod: listening on %s pid %d", &address, &r.pid); err != nil {
		t.Fatal(err, r.complaint())
	}
	address = strings.TrimSuffix(address, ",")
	if status := r.launcher(); status != 0 {
		t.Fatalf("the launcher ended with %d: %s", status, r.complaint())
	}
	if line, _ := greeting(t, address); line != "first" {
		t.Errorf("it greets with %q", line)
	}
	_, used, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	for _, port := range []string{"0", used} { // what is refused first: the pid file, the port
		second := startExample(t, directory, port)
		second.launcher()
		if text := second.complaint(); !strings.Contains(text, fmt.Sprintf("already running, pid %d", r.pid)) {
			t.Errorf("the second start on port %s said %q", port, text)
		}
	}
	write(t, settings, "greeting = second\n")
	r.signal(syscall.SIGHUP)
	awaitInFile(t, filepath.Join(directory, "log"), "settings read again: greeting = second")
	line, conn := greeting(t, address)
	if line != "second" {
		t.Errorf("it greets with %q", line)
	}
	if _, err := conn.Write([]byte("hello\n")); err != nil {
		t.Fatal(err)
	}
	if text, err := bufio.NewReader(conn).ReadString('\n'); text != "hello\n" {
		t.Errorf("%q, %v", text, err)
	}
	r.signal(syscall.SIGTERM) // while a client is connected, who has a moment to end
	r.endedWith(0)
	if _, err := net.DialTimeout("tcp", address, bound); err == nil {
		t.Error("something still listens")
	}
}

// awaitInFile waits until a text is in a file that grows.
func awaitInFile(t *testing.T, path, text string) {
	t.Helper()
	for end := time.Now().Add(bound); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if found, _ := os.ReadFile(path); strings.Contains(string(found), text) {
			return
		}
	}
	found, _ := os.ReadFile(path)
	t.Fatalf("%q is not in %s: %q", text, path, found)
}
