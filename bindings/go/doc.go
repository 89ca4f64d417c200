// Package daemonctx turns a running Go program into a well-behaved Unix daemon, as PEP 3143 describes one: detached from
// its terminal and its session, with a working directory, a umask, an identity, standard streams and a pid file of its
// own, and with a launcher that ends when the daemon is ready, or tells why there is none. It binds the C library
// libdaemonctx through cgo.
//
//	func main() {
//		d, err := daemonctx.Open(daemonctx.Options{Pidfile: "/run/food.pid"})
//		if err != nil {
//			log.Fatal(err) // on the terminal: the launcher's
//		}
//		defer d.Close()
//		serve(d.Context()) // cancelled by SIGTERM
//	}
//
// # The program runs twice
//
// A Go process has threads, and a copy of it by fork is broken. So the daemon is the same executable, started again with
// the same arguments and environment: what main does before Open is done in the launcher, and once more in the daemon,
// whose Open then takes the options that the launcher had. Until Open, working directory, umask, identity and standard
// streams are the launcher's there too, so that reading a command line and settings just works. What must be done once
// asks IsRelaunched.
//
// Descriptors come over by name: Options.Files and Options.Listeners in the launcher, File and Listener in the daemon.
// Listen and OpenFile are for code before Open: they open in the launcher, and find what it has opened in the daemon.
// Whatever else the daemon has to know is Options.State.
//
//	listener, err := daemonctx.Listen("http", "tcp", ":80")
//	...
//	d, err := daemonctx.Open(daemonctx.Options{
//		User:      "www-data",
//		Listeners: map[string]net.Listener{"http": listener},
//	})
//	...
//	listener, err = d.Listener("http")
//
// Goroutines that the launcher has started before Open end with it. Set-user-id programs cannot be started again.
//
// # Readiness and failure
//
// With ReadyModeManual the launcher waits for NotifyReady, and a failure in between is its error message and exit
// status: an error that goes to NotifyFailed, the error of a function given to Run, a panic (NotifyPanic, and in Run).
//
// # Signals
//
// Signals in the map (Options.SignalMap; by default SIGTERM terminates, and SIGTTIN, SIGTTOU and SIGTSTP are ignored)
// belong to the library from Open to Close. SIGTERM cancels Context; others are sent to Signals (ActionNotify) or call a
// Handler. A program that does not ask for Context is ended by SIGTERM, once its pid file has been removed.
//
// One that comes to the daemon before Open has put in its handlers has the effect that Go's runtime gives it.
//
// All other signals stay os/signal's. It hears nothing of those in the map, although signal.Notify does not say so, and
// has them again after Close. Do not call signal.Ignore or signal.Reset with one that is in the map. The library's
// handlers run on the alternate signal stack, as Go asks of C code. SIGURG, SIGPIPE and the faults (nil-pointer panics)
// stay with Go's runtime, also with SignalResetAll; leave SIGURG out of the map, or goroutines that compute without a
// call can hold up the garbage collector, and SIGPIPE, or a broken connection ends the daemon.
//
// # Ending
//
// Close gives the pid file back. A Go program runs no exit handlers, so that nothing else does: os.Exit and log.Fatal
// leave a stale pid file. It does not block the next start, because its lock decides and not its text. Open ends the
// launcher at once and with status 0: its deferred calls do not run, and what it has buffered itself is lost (os.Stdout
// is not buffered).
//
// # Building
//
// cgo finds the library by pkg-config. It is linked as a shared library, or statically:
//
//	go build -ldflags '-linkmode external -extldflags -static'
//
// A static program that looks up User or Group by way of glibc loads the modules of nsswitch.conf, and may crash in one
// that does not expect it (libnss_systemd is known to): give it UID, GID and Groups, or link with musl.
package daemonctx
