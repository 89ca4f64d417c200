// Command generate writes the enumerators of the C header as Go constants.
//
//	generate daemonctx_api.json enums.go
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/format"
	"os"
	"strings"
)

type description struct {
	Enums []struct {
		Tag           string
		Prefix        string
		Documentation struct{ Brief string }
		Values        []value
	}
}

type value struct {
	Name          string
	Value         int64
	Documentation string
}

// A goType is what an enum of the header is in Go.
type goType struct {
	name, underlying, prefix string
	// In an option of Options, 0 has to mean that the option is not set: there the numbers are C's plus 1.
	offset int64
	brief  string
}

const unset = " The zero value leaves the option at its default."

var types = map[string]goType{
	"daemonctx_status": {"Status", "int32", "", 0, "A Status says what kind of failure an [Error] is: one of the " +
		"constants, or one of a newer library. It is an error, for errors.Is."},
	"daemonctx_step": {"Step", "uint32", "Step", 0, "A Step is a part of the launch. The numbers are C's and never " +
		"change; a newer library may have more."},
	"daemonctx_detach_process": {"DetachProcess", "int", "DetachProcess", 1, "A DetachProcess says whether to detach." +
		unset},
	"daemonctx_detach_reason": {"DetachReason", "uint32", "DetachReason", 0, "A DetachReason says why detaching is, " +
		"or is not, required."},
	"daemonctx_signal_action": {"Action", "int", "Action", 0, "An Action is what the daemon does with a signal."},
	"daemonctx_signal_reset":  {"SignalReset", "int", "SignalReset", 1, "A SignalReset says what happens to signals " + "outside the map." + unset},
	"daemonctx_stream_kind": {"StreamKind", "int", "StreamKind", 1, "A StreamKind says what a [Stream] is. The zero " +
		"value is that of a Stream which is not set."},
	"daemonctx_detach_method": {"DetachMethod", "int", "DetachMethod", 1, "A DetachMethod says how to detach. The zero " +
		"value is DetachMethodReexec: a Go process has threads, and the library does not fork it."},
	"daemonctx_ready_mode": {"ReadyMode", "int", "ReadyMode", 1, "A ReadyMode says when the daemon is ready, so that " +
		"the launcher may end." + unset},
	"daemonctx_stream_switch": {"StreamSwitch", "int", "StreamSwitch", 1, "A StreamSwitch says when 0, 1 and 2 become " +
		"the daemon's streams." + unset},
}

// The statuses that are no errors stay inside the package, but for one.
var unexported = map[string]string{
	"DAEMONCTX_OK": "statusOK", "DAEMONCTX_LAUNCHED": "statusLaunched", "DAEMONCTX_TERMINATED": "statusTerminated",
	"DAEMONCTX_IDLE": "statusIdle", "DAEMONCTX_NOT_RUNNING": "ErrNotRunning",
}

// What the documentation of the header calls by its C name.
var links = strings.NewReplacer(
	"daemonctx_error_errno()", "[Error.Errno]",
	"daemonctx_notify_failed()", "[DaemonContext.NotifyFailed]",
	"daemonctx_notify_ready()", "[DaemonContext.NotifyReady]",
	"daemonctx_set_detach_process()", "[Options.DetachProcess]",
	"daemonctx_terminate()", "[DaemonContext.Terminate]",
	"daemonctx_open() or daemonctx_launch()", "Open or Launch",
	"daemonctx_is_relaunched()", "[IsRelaunched]",
	"daemonctx_set_signal_handler()", "a [Handler], or [ActionNotify]",
	"daemonctx_set_signal_async_handler()", "one that C code has set",
	"daemonctx_launch()", "Launch", "daemonctx_open()", "Open",
	"daemonctx_wait_events(), daemonctx_dispatch()", "WaitEvents, Dispatch",
	"daemonctx_wait_events()", "WaitEvents",
	"daemonctx_pidfile_ functions", "methods of [Pidfile]",
)

// acronyms stay in capitals in a Go name.
var acronyms = map[string]bool{"FD": true, "PID": true}

func goName(prefix, rest string) string {
	var name strings.Builder
	name.WriteString(prefix)
	for _, word := range strings.Split(rest, "_") {
		switch {
		case acronyms[word] || word[0] >= '0' && word[0] <= '9':
			name.WriteString(word)
		default:
			name.WriteString(word[:1] + strings.ToLower(word[1:]))
		}
	}
	return name.String()
}

// comment writes a text as comment lines of at most 110 characters.
func comment(out *bytes.Buffer, text string) {
	line := "//"
	for _, word := range strings.Fields(links.Replace(text)) {
		if len(line)+1+len(word) > 110 {
			fmt.Fprintln(out, line)
			line = "//"
		}
		line += " " + word
	}
	fmt.Fprintln(out, line)
}

func write(out *bytes.Buffer, prefix string, values []value, as goType) {
	fmt.Fprintln(out)
	comment(out, as.brief)
	fmt.Fprintf(out, "type %s %s\n\nconst (\n", as.name, as.underlying)
	names := make([]string, len(values))
	for i, one := range values {
		rest := strings.TrimPrefix(one.Name, prefix)
		names[i] = goName(as.prefix, rest)
		if special, ok := unexported[one.Name]; ok {
			names[i] = special
		}
		comment(out, one.Documentation)
		fmt.Fprintf(out, "%s %s = %d\n", names[i], as.name, one.Value+as.offset)
	}
	fmt.Fprintln(out, ")")
	if as.name == "Status" || as.name == "Step" {
		return // the library knows their names, also those of a newer one
	}
	fmt.Fprintf(out, "\n// String returns the enumerator's name in the C header, without its prefix.\n")
	fmt.Fprintf(out, "func (v %s) String() string {\nswitch v {\n", as.name)
	for i, one := range values {
		fmt.Fprintf(out, "case %s:\nreturn %q\n", names[i], strings.TrimPrefix(one.Name, prefix))
	}
	fmt.Fprintf(out, "}\nreturn unnamed(%q, int64(v))\n}\n", as.name)
}

func generate(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var api description
	if err := json.Unmarshal(text, &api); err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	var out bytes.Buffer
	fmt.Fprintln(&out, "// Code generated by generate.sh from the C header. DO NOT EDIT.\n\npackage daemonctx")
	for _, enum := range api.Enums {
		as, ok := types[enum.Tag]
		if !ok {
			return fmt.Errorf("enum %s of the header has no Go type: name it in internal/generate", enum.Tag)
		}
		write(&out, enum.Prefix, enum.Values, as)
	}
	source, err := format.Source(out.Bytes())
	if err != nil {
		return err
	}
	return os.WriteFile(to, source, 0o644)
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: generate daemonctx_api.json enums.go")
		os.Exit(2)
	}
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}
