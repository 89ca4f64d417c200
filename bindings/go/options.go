package daemonctx

import (
	"io/fs"
	"net"
	"os"
	"syscall"
	"time"
)

// Options are the options of a daemon: first the PEP's, in its order, then the library's own. A field that is left at
// its zero value has the library's default, so that Options{} is the PEP's daemon: working directory "/", umask 0,
// standard streams on /dev/null, no core files, SIGTERM ends it.
//
// Values are checked when they are handed over, to Open, Launch, New or Configure. By re-exec it is the launcher's
// options that count; from the program that was started again only the functions are taken: handlers, hooks, Trace.
type Options struct {
	// FilesPreserve are numbers of descriptors that stay open in the daemon. Files and Listeners are easier to use.
	FilesPreserve []int
	// ChrootDirectory becomes the daemon's root directory.
	ChrootDirectory string
	// WorkingDirectory is the daemon's; "/" by default. Relative paths mean the launcher's directory, here and below.
	WorkingDirectory string
	// Umask is the daemon's, 0 to 0777; UmaskInherit keeps the launcher's.
	Umask int
	// Pidfile is the path of the pid file. Its lock refuses a second start.
	Pidfile string
	// DetachProcess says whether to detach; DetachProcessAuto by default.
	DetachProcess DetachProcess
	// SignalMap says what the daemon does with signals. It is laid over the default: SIGTTIN, SIGTTOU and SIGTSTP are
	// ignored, SIGTERM terminates.
	SignalMap SignalMap
	// UID and GID are the identity that the daemon takes; by default the real ids, so that an inherited set-user-id
	// elevation is given up. Most programs name a User.
	UID, GID *uint32
	// PreventCore is On by default: the daemon leaves no core file.
	PreventCore Switch
	// Stdin, Stdout and Stderr are the daemon's 0, 1 and 2; /dev/null by default.
	Stdin, Stdout, Stderr Stream

	// User and Group are names, in place of UID and GID.
	User, Group string
	// Groups are the supplementary groups; nil: the user's. An empty list that is not nil takes all away.
	Groups []uint32
	// ClearSignalMap lays SignalMap over an empty map, in place of the default one.
	ClearSignalMap bool
	// SignalReset says what happens to signals outside of the map. The handlers of Go's own runtime stay in any case.
	SignalReset SignalReset
	// DetachMethod is DetachMethodReexec by default.
	DetachMethod DetachMethod
	// ReadyMode says when the launcher may end; ReadyModeOnOpen by default.
	ReadyMode ReadyMode
	// ReadyTimeout bounds the launch; 90 seconds by default; negative: for ever.
	ReadyTimeout time.Duration
	// StreamSwitch says when the streams are switched; StreamSwitchAtOpen by default.
	StreamSwitch StreamSwitch
	// PidfileManager keeps the pid file in place of the library, when Pidfile is empty.
	PidfileManager PidfileManager
	// PrivilegedHook runs in the daemon before it gives up its privileges and enters its root directory: the place to
	// bind a low port. An error ends the launch, and its text is the launcher's.
	PrivilegedHook func(*Hook) error
	// Trace is told, in the launcher, of each step that is done, and of the one that failed.
	Trace func(Step, Status)
	// NoNewPrivs On: what the daemon executes cannot gain privileges.
	NoNewPrivs Switch
	// Capabilities are those which the daemon keeps beyond a change of its user: bit n for the one with number n.
	Capabilities uint64
	// CloseAtExit is about C's exit(), which a Go program does not call: Close the context.
	CloseAtExit Switch

	// ManualDispatch is for programs with an event loop of their own, which call Dispatch or WaitEvents: no goroutine of
	// the context does it. Context and Signals then tell what these calls find.
	ManualDispatch bool

	// Files and Listeners stay open in the daemon, which asks for them by these names: see DaemonContext.File and
	// DaemonContext.Listener. They stay the caller's. Closed ones are refused. A listener has to be one of net's own,
	// or to have a descriptor in the same way (syscall.Conn).
	Files     map[string]*os.File
	Listeners map[string]net.Listener
	// State is whatever the launcher knows and the daemon needs to know: see InheritedState. At most 1 MiB, together
	// with the names.
	State []byte
}

// UmaskInherit lets the daemon keep the launcher's umask: for Options.Umask.
const UmaskInherit = -1

// A Switch is an option that is on or off. The zero value leaves it at its default.
type Switch int

const (
	// Off switches it off.
	Off Switch = 1
	// On switches it on.
	On Switch = 2
)

// A Stream is what the daemon's standard input, output or error output is. The zero value leaves it at its default,
// which is NullStream.
type Stream struct {
	kind StreamKind
	path string
	mode fs.FileMode
	fd   int
	// A nil file, which is refused, is told apart from a descriptor.
	file   *os.File
	isFile bool
}

// NullStream is /dev/null.
func NullStream() Stream { return Stream{kind: StreamKindNull} }

// InheritStream is what the launcher has; /dev/null if that is closed.
func InheritStream() Stream { return Stream{kind: StreamKindInherit} }

// PathStream is a file: for input it is opened for reading, for output for appending, and created with this mode
// (whatever the umask, and given to the daemon's user) if it is not there. ReopenStreams opens it again.
func PathStream(path string, mode fs.FileMode) Stream {
	return Stream{kind: StreamKindPath, path: path, mode: mode}
}

// FileStream is a copy of an open file's descriptor.
func FileStream(file *os.File) Stream {
	return Stream{kind: StreamKindFD, fd: -1, file: file, isFile: true}
}

// FDStream is a copy of a descriptor.
func FDStream(fd int) Stream { return Stream{kind: StreamKindFD, fd: fd} }

// Kind returns which of these the stream is.
func (s Stream) Kind() StreamKind { return s.kind }

// Path returns the path and the mode of a PathStream.
func (s Stream) Path() (path string, mode fs.FileMode) { return s.path, s.mode }

// FD returns the descriptor of an FDStream; -1 if it is another stream.
func (s Stream) FD() int {
	if s.kind != StreamKindFD {
		return -1
	}
	return s.fd
}

// A SignalMap says what the daemon does with signals. Those in the map belong to the library: os/signal hears nothing
// of them while the context is open. All others are os/signal's, as ever. ActionUnset takes a signal out of the map.
type SignalMap map[syscall.Signal]SignalAction

// A SignalAction is an Action or a Handler.
type SignalAction interface{ isSignalAction() }

// ActionNotify has the signal sent on the channel that DaemonContext.Signals returns.
const ActionNotify Action = -1

func (Action) isSignalAction() {}

// A Handler is called for a signal in normal context: in a goroutine of the context, or, where the program calls
// Dispatch or WaitEvents, in the one that does. It may do whatever a program may, but not wait for a signal: while it
// runs, no other is told, not even SIGTERM to Context. Of several signals of one number that came before it is called,
// it is called once.
type Handler func(os.Signal)

func (Handler) isSignalAction() {}

// A PidfileManager keeps a pid file, or whatever stands for one.
type PidfileManager interface {
	// Enter is called in the daemon, once, at the step of the pid file. An error ends the launch, and its text is the
	// launcher's.
	Enter() error
	// Exit is called once, by Close.
	Exit() error
}
