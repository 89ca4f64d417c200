package gotests

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// launches is how many daemons are made: DAEMONCTX_GO_LAUNCHES, or a few.
func launches(t *testing.T) int {
	text := os.Getenv("DAEMONCTX_GO_LAUNCHES")
	if text == "" {
		return 3
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < 1 {
		t.Fatalf("DAEMONCTX_GO_LAUNCHES is %q", text)
	}
	return number
}

// H06: every one of the daemons is whole: its garbage is collected, its timers fire, its goroutines take turns, and the
// network answers.
func TestEveryLaunchOfABusyProgramMakesAWorkingDaemon(t *testing.T) {
	count := launches(t)
	good := 0
	for i := 0; i < count; i++ {
		if t.Run(fmt.Sprint(i), launchAndAsk) {
			good++
		}
	}
	t.Logf("%d of %d daemons with garbage collection, timers, goroutines and network alive", good, count)
}

func launchAndAsk(t *testing.T) {
	directory := t.TempDir()
	r := startIn(t, directory, "churn", directory)
	r.daemon()
	address := strings.TrimPrefix(r.line(), "at ")
	for i := 0; i < 2; i++ {
		conn, err := net.DialTimeout("tcp", address, bound)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(bound))
		line, err := bufio.NewReader(conn).ReadString('\n')
		conn.Close()
		if err != nil || !strings.HasPrefix(line, fmt.Sprint("alive ", r.pid)) {
			t.Fatalf("%q, %v: %s", line, err, r.complaint())
		}
	}
	r.signal(syscall.SIGTERM)
	r.endedWith(0)
}
