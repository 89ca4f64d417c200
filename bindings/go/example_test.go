package daemonctx_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"os"
	"syscall"
	"time"

	"daemonctx"
)

// The whole of a daemon's main. SIGTERM ends it in peace.
func ExampleOpen() {
	d, err := daemonctx.Open(daemonctx.Options{
		WorkingDirectory: "/var/lib/food",
		Pidfile:          "/run/food.pid",
		User:             "food",
		Stderr:           daemonctx.PathStream("/var/log/food.log", 0o640),
	})
	if err != nil {
		log.Fatal(err)
	}
	defer d.Close()

	<-d.Context().Done()
}

// A listener is bound once, in the launcher, and found by its name in the daemon.
func ExampleListen() {
	listener, err := daemonctx.Listen("http", "tcp", ":80")
	if err != nil {
		log.Fatal(err)
	}
	d, err := daemonctx.Open(daemonctx.Options{Listeners: map[string]net.Listener{"http": listener}})
	if err != nil {
		log.Fatal(err)
	}
	defer d.Close()

	listener, err = d.Listener("http")
	if err != nil {
		log.Fatal(err)
	}
	conn, err := listener.Accept()
	if err != nil {
		log.Fatal(err)
	}
	_, _ = io.WriteString(conn, "hello\n")
}

// The launcher lives on.
func ExampleLaunch() {
	d, pid, err := daemonctx.Launch(daemonctx.Options{Pidfile: "/run/food.pid"})
	switch {
	case err != nil:
		log.Fatal(err)
	case pid != 0:
		fmt.Println("the daemon is", pid)
		return
	}
	defer d.Close()
	<-d.Context().Done()
}

// Signals come over a channel, or call a handler.
func ExampleDaemonContext_Signals() {
	d, err := daemonctx.Open(daemonctx.Options{
		SignalMap: daemonctx.SignalMap{
			syscall.SIGHUP:  daemonctx.ActionNotify,
			syscall.SIGINT:  daemonctx.ActionTerminate,
			syscall.SIGUSR1: daemonctx.Handler(func(os.Signal) { log.Print("still here") }),
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer d.Close()

	for {
		select {
		case <-d.Signals():
			if err := d.ReopenStreams(); err != nil {
				log.Print(err)
			}
		case <-d.Context().Done():
			return
		}
	}
}

// Why there is no daemon: the sentence for people, the kind for the program.
func ExampleError() {
	_, err := daemonctx.New(daemonctx.Options{Umask: 0o1777})
	var failed *daemonctx.Error
	if errors.As(err, &failed) {
		fmt.Println(failed.Status.String(), errors.Is(err, daemonctx.ErrRange))
	}
	fmt.Println(err)
	// Output:
	// ERR_RANGE true
	// cannot set umask: 01777 (1023) is not a mask of 0 to 0777
}

// Options are checked without becoming a daemon.
func ExampleDaemonContext_Check() {
	d, err := daemonctx.New(daemonctx.Options{Stdin: daemonctx.PathStream("/nonexistent/input", 0)})
	if err != nil {
		log.Fatal(err)
	}
	err = d.Check()
	fmt.Println(errors.Is(err, fs.ErrNotExist))
	fmt.Println(err)
	// Output:
	// true
	// stdin: cannot open '/nonexistent/input': No such file or directory
}

// Another program stops the daemon.
func ExamplePidfile_Stop() {
	err := daemonctx.Pidfile("/nonexistent/food.pid").Stop(5 * time.Second)
	if errors.Is(err, daemonctx.ErrNotRunning) {
		fmt.Println("it did not run")
	}
	// Output: it did not run
}
