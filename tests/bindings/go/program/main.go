// Command program is many small daemons, one for each name; the tests look at them from outside.
//
//	program NAME DIRECTORY
//
// A daemon's standard output is the launcher's: the tests read there what it says. A launcher that fails ends with
// status 3 and the sentence on standard error.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"daemonctx"
)

type program func(directory string) error

var programs = map[string]program{}

// options are those that all of them have.
func options(directory string) daemonctx.Options {
	return daemonctx.Options{
		Pidfile:       filepath.Join(directory, "pid"),
		DetachProcess: daemonctx.DetachProcessYes,
		Stdout:        daemonctx.InheritStream(),
		Stderr:        daemonctx.InheritStream(),
	}
}

// open becomes the daemon and says so. From then on SIGTERM is an event.
func open(given daemonctx.Options) (*daemonctx.DaemonContext, error) {
	d, err := daemonctx.Open(given)
	if err == nil {
		_ = d.Context()
		fmt.Println("daemon", os.Getpid())
	}
	return d, err
}

// openUnasked becomes the daemon, says so, and has nobody who would look out for SIGTERM.
func openUnasked(given daemonctx.Options) error {
	_, err := daemonctx.Open(given)
	if err == nil {
		fmt.Println("daemon", os.Getpid())
	}
	return err
}

func main() {
	if len(os.Args) != 3 || programs[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: program NAME DIRECTORY")
		os.Exit(2)
	}
	if err := programs[os.Args[1]](os.Args[2]); err != nil {
		var failed *daemonctx.Error
		if errors.As(err, &failed) {
			fmt.Printf("failed %s %s %d %d\n", failed.Status.String(), failed.Step, failed.Errno, failed.ExitCode)
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
}
