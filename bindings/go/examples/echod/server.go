package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

// A server is an ordinary one: nothing in this file knows of daemons.
type server struct {
	config   string
	mu       sync.Mutex
	settings string
}

func (s *server) greeting() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings
}

// readSettings is all or nothing: after a mistake the settings are what they were.
func (s *server) readSettings() error {
	text, err := os.ReadFile(s.config)
	if err != nil {
		return err
	}
	greeting := ""
	for number, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, found := strings.Cut(line, "=")
		if !found || strings.TrimSpace(name) != "greeting" {
			return fmt.Errorf("%s:%d is not 'greeting = TEXT'", s.config, number+1)
		}
		greeting = strings.TrimSpace(value)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settings = greeting
	return nil
}

// grace is how long clients have to end when the daemon is asked to.
const grace = time.Second

// serve echoes until the context is done; then clients may finish what they have begun.
func (s *server) serve(ctx context.Context, listener net.Listener) error {
	var clients sync.WaitGroup
	go func() {
		<-ctx.Done()
		listener.Close()
	}()
	for {
		conn, err := listener.Accept()
		if ctx.Err() != nil {
			clients.Wait()
			return nil
		}
		if err != nil {
			return err
		}
		clients.Add(1)
		go func() {
			defer clients.Done()
			s.echo(ctx, conn)
		}()
	}
}

func (s *server) echo(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-ctx.Done():
			_ = conn.SetDeadline(time.Now().Add(grace))
		case <-ended:
		}
	}()
	if greeting := s.greeting(); greeting != "" {
		fmt.Fprintf(conn, "%s\r\n", greeting)
	}
	_, _ = io.Copy(conn, conn) // a client that is gone is nobody's trouble
}
