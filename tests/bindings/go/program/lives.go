package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"daemonctx"
)

func init() {
	programs["ends_in_its_own_way"] = endsInItsOwnWay
	programs["never_asks"] = neverAsks
	programs["never_asks_but_handles"] = neverAsksButHandles
	programs["terminates_itself"] = terminatesItself
	programs["closes_and_opens_again"] = closesAndOpensAgain
	programs["in_place"] = inPlace
	programs["launches_twice"] = launchesTwice
	programs["keeps_a_manager"] = keepsAManager
	programs["manager_fails"] = managerFails
	programs["becomes_nobody"] = becomesNobody
	programs["no_such_directory"] = noSuchDirectory
}

func endsInItsOwnWay(directory string) error {
	d, err := open(options(directory))
	if err != nil {
		return err
	}
	<-d.Context().Done()
	signal, terminated := d.TerminatedBy()
	fmt.Println("ends by", int(signal), terminated, d.IsOpen(), d.DaemonPID() == os.Getpid())
	if err := d.Close(); err != nil {
		return err
	}
	if err := d.Close(); err != nil {
		return fmt.Errorf("the second Close: %w", err)
	}
	os.Exit(7)
	return nil
}

// The context is forgotten while it is open: the garbage collector has to leave it alone.
func neverAsks(directory string) error {
	if err := openUnasked(options(directory)); err != nil {
		return err
	}
	for round := 0; round < 5; round++ {
		runtime.GC()
	}
	fmt.Println("collected")
	select {}
}

func neverAsksButHandles(directory string) error {
	given := options(directory)
	given.SignalMap = daemonctx.SignalMap{syscall.SIGHUP: daemonctx.Handler(func(os.Signal) { fmt.Println("handled") })}
	if err := openUnasked(given); err != nil {
		return err
	}
	select {}
}

func terminatesItself(directory string) error {
	d, err := open(options(directory))
	if err != nil {
		return err
	}
	ctx := d.Context()
	fmt.Println(errors.Is(d.Terminate(syscall.SIGCHLD), daemonctx.ErrRange), ctx.Err() == nil)
	if err := d.Terminate(syscall.SIGINT); err != nil {
		return err
	}
	<-ctx.Done()
	signal, _ := d.TerminatedBy()
	fmt.Println("by", int(signal))
	return d.Close()
}

// A closed context can be opened again: that starts the program once more, and so comes here once more.
func closesAndOpensAgain(directory string) error {
	round := "first"
	if state, ok := daemonctx.InheritedState(); ok {
		round = string(state)
	}
	given := options(directory)
	given.State = []byte("second")
	d, err := daemonctx.New(given)
	if err != nil {
		return err
	}
	before := d.Context()
	if err := d.Open(); err != nil {
		return err
	}
	if err := d.Open(); err != nil {
		return fmt.Errorf("opening an open context: %w", err)
	}
	state, _ := daemonctx.InheritedState()
	if again := os.Getenv("AGAIN"); again != "" {
		fmt.Println("again", round, string(state), os.Getpid())
		<-before.Done()
		return d.Close()
	}
	fmt.Println("daemon", os.Getpid())
	os.Setenv("AGAIN", "1")
	if err := d.Close(); err != nil {
		return err
	}
	fmt.Println("closed", before.Err() != nil, d.Context() != before)
	return d.Open() // this process is a launcher now, and ends
}

func inPlace(directory string) error {
	if !daemonctx.IsRelaunched() {
		fmt.Println("started", os.Getpid(), syscall.Getpgrp())
	}
	given := options(directory)
	given.DetachProcess = daemonctx.DetachProcessNo
	given.Stdout = daemonctx.InheritStream()
	d, err := open(given)
	if err != nil {
		return err
	}
	here, _ := os.Getwd()
	fmt.Println("in", here, daemonctx.IsRelaunched(), syscall.Getpgrp())
	<-d.Context().Done()
	return d.Close()
}

func launchesTwice(directory string) error {
	var pids []int
	for round := 0; round < 2; round++ {
		given := options(directory)
		given.Pidfile = filepath.Join(directory, fmt.Sprint("pid", round))
		given.State = []byte{byte(round)}
		if state, ok := daemonctx.InheritedState(); ok && int(state[0]) != round {
			continue // this daemon is that of another round
		}
		d, pid, err := daemonctx.Launch(given)
		if err != nil {
			return err
		}
		if pid == 0 {
			ctx := d.Context()
			fmt.Println("daemon", os.Getpid())
			<-ctx.Done()
			return d.Close()
		}
		if d != nil {
			return errors.New("a context in the launcher")
		}
		pids = append(pids, pid)
	}
	fmt.Println("launched", pids[0], pids[1])
	return nil
}

type manager struct {
	path string
	err  error
}

func (m *manager) Enter() error {
	fmt.Println("enter", os.Getpid())
	if m.err != nil {
		return m.err
	}
	return os.WriteFile(m.path, nil, 0o600)
}

func (m *manager) Exit() error {
	fmt.Println("exit", os.Getpid())
	return os.Remove(m.path)
}

func managed(directory string, m *manager) error {
	given := options(directory)
	given.Pidfile = ""
	given.PidfileManager = m
	d, err := open(given)
	if err != nil {
		return err
	}
	<-d.Context().Done()
	return d.Close()
}

func keepsAManager(directory string) error {
	return managed(directory, &manager{path: filepath.Join(directory, "taken")})
}

// withCode is an error that brings its exit code.
type withCode struct {
	text string
	code int
}

func (e withCode) Error() string { return e.text }
func (e withCode) ExitCode() int { return e.code }

func managerFails(directory string) error {
	return managed(directory, &manager{err: fmt.Errorf("database: %w", withCode{"locked by alice", 42})})
}

// The identity of every thread of Go's runtime, as the kernel tells it.
func becomesNobody(directory string) error {
	given := options(directory)
	given.Pidfile = ""
	given.User = "nobody"
	given.NoNewPrivs = daemonctx.On
	d, err := open(given)
	if err != nil {
		return err
	}
	tasks, err := filepath.Glob("/proc/self/task/*/status")
	if err != nil || len(tasks) < 3 {
		return fmt.Errorf("%d threads: %w", len(tasks), err)
	}
	seen := map[string]bool{}
	for _, task := range tasks {
		text, err := os.ReadFile(task)
		if err != nil {
			continue // it has ended
		}
		var about []string
		for _, line := range strings.Split(string(text), "\n") {
			for _, name := range []string{"Uid:", "Gid:", "Groups:", "CapEff:", "NoNewPrivs:"} {
				if strings.HasPrefix(line, name) {
					about = append(about, strings.Join(strings.Fields(line), " "))
				}
			}
		}
		seen[strings.Join(about, ", ")] = true
	}
	for about := range seen {
		fmt.Println("threads", about)
	}
	return d.Close()
}

func noSuchDirectory(directory string) error {
	given := options(directory)
	given.WorkingDirectory = filepath.Join(directory, "missing")
	_, err := open(given)
	return err
}
