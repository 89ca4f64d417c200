// Command churn is a daemon in which all of Go's runtime is at work: garbage, timers, goroutines, the network. It is so
// before it becomes a daemon too, when a copy of the process by fork would be broken.
//
//	churn DIRECTORY
//
// To each client it sends a line when, since the client came, garbage was collected, timers have fired, goroutines have
// taken turns and a connection of its own has carried bytes.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"

	"daemonctx"
)

type work struct {
	collections, ticks, turns, bytes atomic.Uint64
	kept                             atomic.Pointer[[]byte]
}

func (w *work) start() error {
	for i := 0; i < 4; i++ {
		go w.allocate()
	}
	for i := 0; i < 10; i++ {
		go w.tick(time.Duration(i+1) * time.Millisecond)
	}
	there, back := make(chan int), make(chan int)
	go w.turn(there, back)
	go w.turn(back, there)
	there <- 0
	return w.converse()
}

// allocate leaves garbage of all sizes.
func (w *work) allocate() {
	var list [][]byte
	for size := 1; ; size = size*7%65521 + 1 {
		block := make([]byte, size)
		w.kept.Store(&block)
		if list = append(list, block); len(list) > 200 {
			list = nil
			runtime.Gosched()
		}
	}
}

func (w *work) tick(every time.Duration) {
	for range time.Tick(every) {
		w.ticks.Add(1)
	}
}

func (w *work) turn(in <-chan int, out chan<- int) {
	for number := range in {
		w.turns.Add(1)
		if number%1000 == 0 {
			time.Sleep(time.Microsecond) // leaves the processor to the others
		}
		out <- number + 1
	}
}

// converse sends bytes over a connection to itself.
func (w *work) converse() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_, _ = io.Copy(conn, conn)
			}()
		}
	}()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		return err
	}
	go func() {
		defer conn.Close()
		block := make([]byte, 512)
		for {
			if _, err := conn.Write(block); err != nil {
				return
			}
			count, err := io.ReadFull(conn, block)
			if err != nil {
				return
			}
			w.bytes.Add(uint64(count))
			time.Sleep(time.Millisecond)
		}
	}()
	return nil
}

func collections() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats) // stops the world
	return uint64(stats.NumGC)
}

// answer waits until everything has gone on since now.
func (w *work) answer(conn net.Conn) {
	defer conn.Close()
	counts := func() [4]uint64 {
		return [4]uint64{collections(), w.ticks.Load(), w.turns.Load(), w.bytes.Load()}
	}
	before := counts()
	runtime.GC()
	poll := time.NewTicker(time.Millisecond)
	defer poll.Stop()
	for range poll.C {
		now := counts()
		if now[0] > before[0] && now[1] >= before[1]+10 && now[2] >= before[2]+100 && now[3] >= before[3]+512 {
			fmt.Fprintln(conn, "alive", os.Getpid(), now)
			return
		}
	}
}

func main() {
	directory := os.Args[len(os.Args)-1]
	var w work
	if err := w.start(); err != nil {
		log.Fatal(err)
	}
	listener, err := daemonctx.Listen("health", "tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	d, err := daemonctx.Open(daemonctx.Options{
		Pidfile:       filepath.Join(directory, "pid"),
		DetachProcess: daemonctx.DetachProcessYes,
		Listeners:     map[string]net.Listener{"health": listener},
		Stdout:        daemonctx.InheritStream(),
		Stderr:        daemonctx.InheritStream(),
	})
	if err != nil {
		log.Fatal(err)
	}
	ctx := d.Context()
	fmt.Println("daemon", os.Getpid())
	if listener, err = d.Listener("health"); err != nil {
		log.Fatal(err)
	}
	fmt.Println("at", listener.Addr())
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go w.answer(conn)
		}
	}()
	<-ctx.Done()
	if err := d.Close(); err != nil {
		log.Fatal(err)
	}
}
