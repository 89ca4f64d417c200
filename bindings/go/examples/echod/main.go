// Command echod is a TCP echo server (RFC 862) that is a well-behaved daemon. Copy from it.
//
// The launcher reads the command line and the settings and binds the port, so that mistakes are told on the terminal,
// and low ports are bound before privileges are given up. The daemon, which is this program started again, gets the
// listener by its name, says where it listens while it still has the terminal, and lets the launcher end.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"daemonctx"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("echod: ")
	address := flag.String("address", "127.0.0.1", "listen on this numeric `address`")
	port := flag.Uint("port", 7, "listen on this `port`; 0: any that is free")
	config := flag.String("config", "", "settings: a `file` with the line greeting = TEXT; SIGHUP reads it again")
	pidfile := flag.String("pidfile", "", "keep the daemon's pid in this `file`, and refuse a second start")
	user := flag.String("user", "", "become this user once the port is bound")
	logfile := flag.String("log", "", "append messages to this `file`; SIGHUP opens it again")
	foreground := flag.Bool("foreground", false, "do not detach")
	flag.Parse()
	if flag.NArg() > 0 {
		log.Printf("unexpected argument '%s'", flag.Arg(0))
		os.Exit(2)
	}

	server := &server{}
	if *config != "" {
		server.config, _ = filepath.Abs(*config) // a daemon's directory is "/"
		if err := server.readSettings(); err != nil {
			log.Fatal(err)
		}
	}
	listener, err := daemonctx.Listen("echo", "tcp", net.JoinHostPort(*address, strconv.Itoa(int(*port))))
	if err != nil {
		// The port of a daemon that runs is in use before its pid file could tell.
		if pid, held := daemonctx.Pidfile(*pidfile).Query(); held == nil {
			log.Fatalf("already running, pid %d", pid)
		}
		log.Fatal(err)
	}
	options := daemonctx.Options{
		Pidfile:   *pidfile,
		User:      *user,
		Listeners: map[string]net.Listener{"echo": listener},
		SignalMap: daemonctx.SignalMap{
			syscall.SIGHUP: daemonctx.ActionNotify,
			syscall.SIGINT: daemonctx.ActionTerminate, // SIGTERM is so by default
		},
		ReadyMode:    daemonctx.ReadyModeManual,
		StreamSwitch: daemonctx.StreamSwitchAtReady,
	}
	if *foreground {
		options.DetachProcess = daemonctx.DetachProcessNo
		options.Stderr = daemonctx.InheritStream()
	}
	if *logfile != "" {
		options.Stderr = daemonctx.PathStream(*logfile, 0o640)
	}

	err = daemonctx.Run(options, server.run)
	var failed *daemonctx.Error
	switch {
	case errors.Is(err, daemonctx.ErrAlreadyRunning) && errors.As(err, &failed):
		log.Fatalf("already running, pid %d", failed.PID)
	case err != nil:
		log.Fatal(err)
	}
}

// run is the daemon's part: an error before it is ready is told on the launcher's terminal.
func (s *server) run(d *daemonctx.DaemonContext) error {
	listener, err := d.Listener("echo")
	if err != nil {
		return err
	}
	ctx := d.Context()
	fmt.Printf("echod: listening on %v, pid %d\n", listener.Addr(), os.Getpid())
	if err := d.NotifyReady(); err != nil {
		return err
	}
	go func() {
		for range d.Signals() { // SIGHUP
			s.reload(d)
		}
	}()
	return s.serve(ctx, listener)
}

func (s *server) reload(d *daemonctx.DaemonContext) {
	if err := d.ReopenStreams(); err != nil {
		log.Print(err)
	}
	if s.config == "" {
		return
	}
	if err := s.readSettings(); err != nil {
		log.Printf("settings kept: %v", err)
		return
	}
	log.Printf("settings read again: greeting = %s", s.greeting())
}
