package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"

	"daemonctx"
)

func init() {
	programs["hands_over"] = handsOver
	programs["hook_binds"] = hookBinds
	programs["hook_fails"] = func(directory string) error { return hookFails(directory, 5) }
	programs["hook_fails_beyond_c"] = func(directory string) error { return hookFails(directory, 1<<32) }
	programs["hook_panics"] = hookPanics
	programs["hook_calls"] = hookCalls
	programs["panics_before_ready"] = panicsBeforeReady
	programs["panics_after_ready"] = panicsAfterReady
	programs["run_fails"] = runFails
	programs["run_succeeds"] = runSucceeds
	programs["is_not_ready"] = isNotReady
	programs["trace_panics"] = tracePanics
	programs["traces"] = traces
}

// Files and listeners by name, and bytes.
func handsOver(directory string) error {
	web, err := daemonctx.Listen("web", "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	local, err := daemonctx.Listen("local", "unix", filepath.Join(directory, "socket"))
	if err != nil {
		return err
	}
	log, err := daemonctx.OpenFile("log", filepath.Join(directory, "log"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if !daemonctx.IsRelaunched() {
		fmt.Fprintln(log, "launcher")
	}
	given := options(directory)
	given.Listeners = map[string]net.Listener{"web": web, "local": local}
	given.Files = map[string]*os.File{"log": log}
	given.State = []byte("a\x00b" + web.Addr().String())
	d, pid, err := daemonctx.Launch(given)
	if err != nil {
		return err
	}
	if pid != 0 {
		web.Close()
		local.Close() // the path stays: it is the daemon's
		return nil
	}
	listened := web
	web, err = d.Listener("web")
	if err != nil {
		return err
	}
	local, err = d.Listener("local")
	if err != nil {
		return err
	}
	log, err = d.File("log")
	if err != nil {
		return err
	}
	same, _ := d.File("log")
	state, _ := daemonctx.InheritedState()
	_, missing := d.File("missing")
	fmt.Fprintln(log, "daemon")
	ctx := d.Context()
	fmt.Println("daemon", os.Getpid())
	fmt.Println("named", log.Name() == filepath.Join(directory, "log"), same == log,
		string(state) == "a\x00b"+web.Addr().String(), errors.Is(missing, daemonctx.ErrNotFound),
		listened == web)
	fmt.Println("at", web.Addr())
	for _, listener := range []net.Listener{web, local} {
		go serve(listener)
	}
	<-ctx.Done()
	return d.Close()
}

// serve echoes.
func serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			io.Copy(conn, conn)
		}()
	}
}

func hookBinds(directory string) error {
	given := options(directory)
	var bound *os.File
	given.PrivilegedHook = func(hook *daemonctx.Hook) error {
		listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			return err
		}
		defer listener.Close()
		if bound, err = listener.File(); err != nil {
			return err
		}
		return hook.Preserve(int(bound.Fd()))
	}
	d, err := open(given)
	if err != nil {
		return err
	}
	listener, err := net.FileListener(bound)
	if err != nil {
		return err
	}
	fmt.Println("bound", listener.Addr().(*net.TCPAddr).Port != 0)
	return d.Close()
}

func hookFails(directory string, code int) error {
	given := options(directory)
	given.PrivilegedHook = func(*daemonctx.Hook) error { return withCode{"port 80 is taken", code} }
	_, err := open(given)
	return err
}

func hookPanics(directory string) error {
	given := options(directory)
	given.PrivilegedHook = func(*daemonctx.Hook) error {
		var table map[string]int
		table["x"] = 1
		return nil
	}
	_, err := open(given)
	return err
}

// What is called in a hook on its own context is refused, and does not wait for ever.
func hookCalls(directory string) error {
	given := options(directory)
	var d *daemonctx.DaemonContext
	var kept *daemonctx.Hook
	given.PrivilegedHook = func(hook *daemonctx.Hook) error {
		kept = hook
		_, launched := d.Launch()
		for _, err := range []error{d.Open(), d.Close(), d.Check(), launched, d.Configure(daemonctx.Options{Umask: 1})} {
			if !errors.Is(err, daemonctx.ErrState) {
				return fmt.Errorf("in the hook: %v", err)
			}
		}
		_ = d.Context()
		return nil
	}
	d, err := daemonctx.New(given)
	if err != nil {
		return err
	}
	if err := d.Open(); err != nil {
		return err
	}
	fmt.Println("daemon", os.Getpid())
	fmt.Println("after the hook", errors.Is(kept.Preserve(0), daemonctx.ErrState), d.IsOpen())
	fmt.Println("options", errors.Is(d.Configure(daemonctx.Options{State: []byte("x")}), daemonctx.ErrState),
		d.Options().State == nil)
	return d.Close()
}

func manualReady(directory string) daemonctx.Options {
	given := options(directory)
	given.ReadyMode = daemonctx.ReadyModeManual
	return given
}

func panicsBeforeReady(directory string) error {
	d, err := open(manualReady(directory))
	if err != nil {
		return err
	}
	defer d.NotifyPanic()
	panic("no database in '/srv'")
}

func panicsAfterReady(directory string) error {
	return daemonctx.Run(manualReady(directory), func(d *daemonctx.DaemonContext) error {
		ctx := d.Context()
		fmt.Println("daemon", os.Getpid())
		if err := d.NotifyReady(); err != nil {
			return err
		}
		<-ctx.Done()
		panic("at the end")
	})
}

func runFails(directory string) error {
	return daemonctx.Run(manualReady(directory), func(*daemonctx.DaemonContext) error {
		return errors.New("no database in '/srv': été\x00!")
	})
}

func runSucceeds(directory string) error {
	return daemonctx.Run(manualReady(directory), func(d *daemonctx.DaemonContext) error {
		ctx := d.Context()
		fmt.Println("daemon", os.Getpid())
		if err := d.NotifyReady(); err != nil {
			return err
		}
		if err := d.NotifyFailed(1, "too late"); !errors.Is(err, daemonctx.ErrState) {
			return fmt.Errorf("failed when ready: %v", err)
		}
		<-ctx.Done()
		return nil
	})
}

// Waits for its end while the launcher waits for it.
func isNotReady(directory string) error {
	d, err := open(manualReady(directory))
	if err != nil {
		return err
	}
	<-d.Context().Done()
	return d.Close()
}

func traces(directory string) error {
	given := options(directory)
	given.Trace = func(step daemonctx.Step, status daemonctx.Status) {
		fmt.Println("step", step, status.String())
	}
	d, pid, err := daemonctx.Launch(given)
	if err != nil || pid != 0 {
		return err
	}
	ctx := d.Context()
	fmt.Println("daemon", os.Getpid())
	<-ctx.Done()
	return d.Close()
}

func tracePanics(directory string) error {
	given := options(directory)
	given.Trace = func(step daemonctx.Step, _ daemonctx.Status) {
		if step == daemonctx.StepUmask {
			panic("in the trace")
		}
	}
	defer func() {
		if thrown := recover(); thrown != nil {
			fmt.Println("panic", thrown)
		}
	}()
	d, pid, err := daemonctx.Launch(given)
	if err != nil || pid != 0 {
		return err
	}
	ctx := d.Context()
	fmt.Println("daemon", os.Getpid())
	<-ctx.Done()
	return d.Close()
}
