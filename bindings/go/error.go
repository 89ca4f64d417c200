package daemonctx

// #cgo pkg-config: daemonctx
// #include "bridge.h"
import "C"

import (
	"errors"
	"fmt"
	"syscall"
)

// Error returns what the status means, in a few words.
func (s Status) Error() string {
	return C.GoString(C.daemonctx_status_message(C.daemonctx_status_t(s)))
}

// String returns the enumerator's name in the C header, without its prefix, such as "ERR_TIMEOUT".
func (s Status) String() string {
	return C.GoString(C.daemonctx_status_name(C.daemonctx_status_t(s)))
}

// String returns the name of the step, such as "working_directory".
func (s Step) String() string {
	return C.GoString(C.daemonctx_step_name(C.daemonctx_step_t(s)))
}

// An Error is why a call failed.
//
// Its parts can be asked for in the usual ways:
//
//	var failed *daemonctx.Error
//	switch {
//	case errors.Is(err, daemonctx.ErrAlreadyRunning): // the Status
//	case errors.Is(err, fs.ErrNotExist):              // the Errno
//	case errors.As(err, &failed):                     // everything
//	}
type Error struct {
	// Status is the kind of failure.
	Status Status
	// Step is the part of the launch that failed; StepNone outside of one.
	Step Step
	// Errno is of the system call that failed, in the daemon or the launcher; 0 if none did.
	Errno syscall.Errno
	// PID is, with ErrAlreadyRunning, the daemon that runs (0 while it is starting); after a failed launch, the daemon
	// that there was; 0 if it is not known.
	PID int
	// ExitCode is, with ErrProgram and ErrCallback, the code given by the program; with ErrDied, the daemon's exit
	// status; -1 if it is not known.
	ExitCode int
	// Signal is what ended the daemon (ErrDied) or aborted the launch (ErrSystem with EINTR); -1 if nothing did.
	Signal syscall.Signal
	// Message is one sentence that a user can act on.
	Message string

	cause error
}

// Error returns the sentence.
func (e *Error) Error() string { return e.Message }

// Is reports whether target is the error's Status.
func (e *Error) Is(target error) bool {
	status, ok := target.(Status)
	return ok && status == e.Status
}

// Unwrap returns the error behind this one: the Errno, an error of Go's own, or nil.
func (e *Error) Unwrap() error {
	if e.cause != nil {
		return e.cause
	}
	if e.Errno != 0 {
		return e.Errno
	}
	return nil
}

// refused is an error that this package found, not the library.
func refused(status Status, cause error, format string, arguments ...any) *Error {
	failed := &Error{Status: status, ExitCode: -1, Signal: -1, cause: cause, Message: fmt.Sprintf(format, arguments...)}
	_ = errors.As(cause, &failed.Errno) // stays 0 where no system call has failed
	if failed.cause != nil {
		failed.Message += ": " + failed.cause.Error()
	}
	return failed
}

// told is the error of a function that keeps no detail. The sentence leaves out an errno that says no more than the
// status.
func told(deed string, status C.daemonctx_status_t, errno error) error {
	if status == C.DAEMONCTX_OK {
		return nil
	}
	failed := &Error{Status: Status(status), ExitCode: -1, Signal: -1}
	failed.Message = deed + ": " + failed.Status.Error()
	number, ok := errno.(syscall.Errno)
	if ok && status < 0 {
		failed.Errno = number
		if number != syscall.EINVAL {
			failed.Message += ": " + number.Error()
		}
	}
	return failed
}

// detail is the error that the library keeps in the context; the caller is in it alone.
func detail(handle *C.daemonctx_context_t) *Error {
	return &Error{
		Status:   Status(C.daemonctx_error_status(handle)),
		Step:     Step(C.daemonctx_error_step(handle)),
		Errno:    syscall.Errno(C.daemonctx_error_errno(handle)),
		PID:      int(C.daemonctx_error_pid(handle)),
		ExitCode: int(C.daemonctx_error_exit_code(handle)),
		Signal:   syscall.Signal(C.daemonctx_error_signal(handle)),
		Message:  C.GoString(C.daemonctx_error_message(handle)),
	}
}

// failure is nil if the call on the context did not fail.
func failure(handle *C.daemonctx_context_t, status C.daemonctx_status_t) error {
	if status >= 0 {
		return nil
	}
	return detail(handle)
}

// unnamed is the text of an enumerator that this package does not know.
func unnamed(kind string, number int64) string {
	return fmt.Sprintf("%s(%d)", kind, number)
}
