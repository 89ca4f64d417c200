package daemonctx

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The rows of tests/vectors/options.tsv, the table of all languages. Its head explains the columns.

type row struct {
	line                                            int
	option, value, status, getter, stored, unwanted string
}

func (r row) String() string {
	return fmt.Sprintf("options.tsv:%d: %s %.40s", r.line, r.option, r.value)
}

func rows(t *testing.T) []row {
	t.Helper()
	file, err := os.Open("../../tests/vectors/options.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var list []row
	lines := bufio.NewScanner(file)
	for number := 1; lines.Scan(); number++ {
		text := lines.Text()
		if text == "" || text[0] == '#' {
			continue
		}
		cells := strings.Split(text, "\t")
		if len(cells) != 6 {
			t.Fatalf("options.tsv:%d: %d columns", number, len(cells))
		}
		list = append(list, row{number, cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]})
	}
	if err := lines.Err(); err != nil || len(list) == 0 {
		t.Fatal("no rows", err)
	}
	return list
}

var signalNames = map[string]syscall.Signal{
	"SIGTTIN": syscall.SIGTTIN, "SIGTTOU": syscall.SIGTTOU, "SIGTSTP": syscall.SIGTSTP, "SIGTERM": syscall.SIGTERM,
	"SIGHUP": syscall.SIGHUP, "SIGINT": syscall.SIGINT, "SIGCHLD": syscall.SIGCHLD, "SIGUSR1": syscall.SIGUSR1,
	"SIGKILL": syscall.SIGKILL, "SIGSTOP": syscall.SIGSTOP,
}

// A value of the table: a text, or the digits of a number; "null".
type value struct {
	text   string
	isText bool
}

func (v value) number(t *testing.T) int64 {
	t.Helper()
	if signal, ok := signalNames[v.text]; ok {
		return int64(signal)
	}
	switch v.text {
	case "$uid":
		return int64(os.Getuid())
	case "$gid":
		return int64(os.Getgid())
	}
	number, err := strconv.ParseInt(v.text, 0, 64)
	if err != nil {
		t.Fatal(err)
	}
	return number
}

// parseValues takes a cell apart.
func parseValues(t *testing.T, cell string) []value {
	t.Helper()
	var list []value
	for cell != "" {
		if cell[0] != '"' {
			word, rest, _ := strings.Cut(cell, " ")
			list, cell = append(list, value{text: word}), rest
			continue
		}
		text, rest, found := strings.Cut(cell[1:], `"`)
		if !found {
			t.Fatalf("no end of the text in %s", cell)
		}
		if strings.HasPrefix(rest, "*") {
			var times string
			times, rest, _ = strings.Cut(rest[1:], " ")
			count, err := strconv.Atoi(times)
			if err != nil {
				t.Fatal(err)
			}
			text = strings.Repeat(text, count)
		} else {
			rest = strings.TrimPrefix(rest, " ")
		}
		list, cell = append(list, value{text, true}), rest
	}
	return list
}

func parseList(t *testing.T, cell string) []int64 {
	t.Helper()
	list := []int64{}
	for _, item := range strings.FieldsFunc(strings.Trim(cell, "[]"), func(r rune) bool { return r == ',' }) {
		list = append(list, value{text: item}.number(t))
	}
	return list
}

// given is a row as Options; false where Go's types cannot express it.
func given(t *testing.T, r row) (o Options, expressed bool) {
	t.Helper()
	values := []value{}
	if r.value != "-" {
		values = parseValues(t, r.value)
	}
	text := func() (string, bool) { // "" and null both mean that the option is not set
		return values[0].text, values[0].isText && values[0].text != ""
	}
	enumerator := func() int { return int(values[0].number(t)) + 1 }
	flag := func() (Switch, bool) {
		number := values[0].number(t) // -1 is the zero value: not set
		return Switch(number) + Off, number != -1
	}
	switch r.option {
	case "files_preserve":
		o.FilesPreserve = []int{}
		for _, fd := range parseList(t, r.value) {
			o.FilesPreserve = append(o.FilesPreserve, int(fd))
		}
	case "groups":
		o.Groups = []uint32{}
		for _, gid := range parseList(t, r.value) {
			o.Groups = append(o.Groups, uint32(gid))
		}
	case "chroot_directory":
		o.ChrootDirectory, expressed = text()
		return o, expressed
	case "working_directory":
		o.WorkingDirectory, expressed = text()
		return o, expressed
	case "pidfile":
		o.Pidfile, expressed = text()
		return o, expressed
	case "user":
		o.User, expressed = text()
		return o, expressed
	case "group":
		o.Group, expressed = text()
		return o, expressed
	case "umask":
		o.Umask = int(values[0].number(t))
	case "umask_inherit":
		o.Umask = UmaskInherit
	case "uid", "gid":
		id := uint32(values[0].number(t))
		if o.UID = &id; r.option == "gid" {
			o.UID, o.GID = nil, &id
		}
	case "detach_process":
		o.DetachProcess = DetachProcess(enumerator())
	case "detach_method":
		o.DetachMethod = DetachMethod(enumerator())
	case "ready_mode":
		o.ReadyMode = ReadyMode(enumerator())
	case "stream_switch":
		o.StreamSwitch = StreamSwitch(enumerator())
	case "signal_reset":
		o.SignalReset = SignalReset(enumerator())
	case "ready_timeout":
		limit := values[0].number(t)
		o.ReadyTimeout = time.Duration(limit) * time.Millisecond
		return o, limit > 0 || limit == -1 // 0 is not set; all that is negative means for ever
	case "capabilities":
		o.Capabilities = uint64(values[0].number(t))
	case "prevent_core":
		o.PreventCore, expressed = flag()
		return o, expressed
	case "no_new_privs":
		o.NoNewPrivs, expressed = flag()
		return o, expressed
	case "close_at_exit":
		o.CloseAtExit, expressed = flag()
		return o, expressed
	case "state":
		o.State = []byte(values[0].text)
	case "signal_action":
		action := Action(values[1].number(t))
		o.SignalMap = SignalMap{syscall.Signal(values[0].number(t)): action}
		return o, action != ActionUnset // Go takes the signal out of the map
	default:
		stream, expressed := givenStream(t, r, values)
		switch strings.SplitN(r.option, "_", 2)[0] {
		case "stdin":
			o.Stdin = stream
		case "stdout":
			o.Stdout = stream
		case "stderr":
			o.Stderr = stream
		default:
			t.Fatalf("%v: an option that this test does not know", r)
		}
		return o, expressed
	}
	return o, true
}

func givenStream(t *testing.T, r row, values []value) (stream Stream, expressed bool) {
	t.Helper()
	switch {
	case strings.HasSuffix(r.option, "_null"):
		return NullStream(), true
	case strings.HasSuffix(r.option, "_inherit"):
		return InheritStream(), true
	case !strings.HasSuffix(r.option, "_path"):
		return FDStream(int(values[0].number(t))), true
	case !values[0].isText:
		return Stream{}, false
	}
	mode := int64(0)
	if len(values) > 1 {
		mode = values[1].number(t)
	}
	return PathStream(values[0].text, fs.FileMode(mode)), true
}

// stored is what a getter of the table gives, as text.
func stored(t *testing.T, d *DaemonContext, getter string) string {
	t.Helper()
	o := d.Options()
	quoted := func(text string) string {
		if text == "" {
			return "null"
		}
		return fmt.Sprintf("%q", text)
	}
	stream := map[string]Stream{"stdin": o.Stdin, "stdout": o.Stdout, "stderr": o.Stderr}
	name, argument, _ := strings.Cut(strings.TrimSuffix(getter, ")"), "(")
	base, form, _ := strings.Cut(name, "_")
	if chosen, ok := stream[base]; ok {
		switch {
		case form == "kind":
			return fmt.Sprint(int(chosen.Kind()) - 1)
		case form == "path" && chosen.Kind() == StreamKindPath:
			path, mode := chosen.Path()
			if base == "stdin" {
				return quoted(path)
			}
			return fmt.Sprintf("%s %d", quoted(path), uint32(mode))
		case form == "" && chosen.Kind() == StreamKindFD:
			return fmt.Sprint(chosen.FD())
		}
		return "ERR_NOT_FOUND"
	}
	switch name {
	case "files_preserve":
		return fmt.Sprint(o.FilesPreserve)
	case "groups":
		return fmt.Sprint(o.Groups)
	case "chroot_directory":
		return quoted(o.ChrootDirectory)
	case "working_directory":
		return quoted(o.WorkingDirectory)
	case "pidfile":
		return quoted(o.Pidfile)
	case "user":
		return quoted(o.User)
	case "group":
		return quoted(o.Group)
	case "state":
		return fmt.Sprintf("%q", o.State)
	case "umask":
		if o.Umask == UmaskInherit {
			return "ERR_NOT_FOUND"
		}
		return fmt.Sprint(o.Umask)
	case "uid":
		return fmt.Sprint(*o.UID)
	case "gid":
		return fmt.Sprint(*o.GID)
	case "detach_process":
		return fmt.Sprint(int(o.DetachProcess) - 1)
	case "detach_method":
		return fmt.Sprint(int(o.DetachMethod) - 1)
	case "ready_mode":
		return fmt.Sprint(int(o.ReadyMode) - 1)
	case "stream_switch":
		return fmt.Sprint(int(o.StreamSwitch) - 1)
	case "signal_reset":
		return fmt.Sprint(int(o.SignalReset) - 1)
	case "ready_timeout":
		if o.ReadyTimeout < 0 {
			return "-1"
		}
		return fmt.Sprint(o.ReadyTimeout.Milliseconds())
	case "capabilities":
		return fmt.Sprint(o.Capabilities)
	case "prevent_core":
		return fmt.Sprint(int(o.PreventCore - Off))
	case "no_new_privs":
		return fmt.Sprint(int(o.NoNewPrivs - Off))
	case "close_at_exit":
		return fmt.Sprint(int(o.CloseAtExit - Off))
	case "signal_action":
		if action, ok := o.SignalMap[signalNames[argument]].(Action); ok {
			return fmt.Sprint(int(action))
		}
		return fmt.Sprint(int(ActionUnset))
	}
	t.Fatalf("a getter that this test does not know: %s", getter)
	return ""
}

// expected is the table's cell in the form of stored.
func expected(t *testing.T, cell string) string {
	t.Helper()
	if strings.HasPrefix(cell, "[") {
		return fmt.Sprint(parseList(t, cell))
	}
	if cell == "null" || strings.HasPrefix(cell, "ERR_") {
		return cell
	}
	var words []string
	for _, one := range parseValues(t, cell) {
		if one.isText {
			words = append(words, fmt.Sprintf("%q", one.text))
		} else {
			words = append(words, fmt.Sprint(one.number(t)))
		}
	}
	return strings.Join(words, " ")
}

func newContext(t *testing.T) *DaemonContext {
	t.Helper()
	d, err := New(Options{DetachMethod: DetachMethodAuto}) // as the table has it
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestANewContextHasTheDefaultsOfTheTable(t *testing.T) {
	count := 0
	for _, r := range rows(t) {
		if r.value != "default" {
			continue
		}
		count++
		if got := stored(t, newContext(t), r.getter); got != expected(t, r.stored) {
			t.Errorf("%v: %s, not %s", r, got, r.stored)
		}
	}
	if count < 30 {
		t.Errorf("only %d defaults were looked at", count)
	}
}

func TestEachValueOfTheTableIsStoredOrRefusedAsItSays(t *testing.T) {
	leftOut, taken, unwanted := 0, 0, 0
	for _, r := range rows(t) {
		if r.value == "default" {
			continue
		}
		o, expressed := given(t, r)
		if !expressed {
			leftOut++
			continue
		}
		d := newContext(t)
		before := stored(t, d, r.getter)
		err := d.Configure(o)
		got := stored(t, d, r.getter)
		if r.status == "OK" {
			taken++
			if err != nil || got != expected(t, r.stored) {
				t.Errorf("%v: stored %.60s, error %v", r, got, err)
			}
			continue
		}
		unwanted++
		checkRefusal(t, r, err)
		if got != before {
			t.Errorf("%v: was refused, and %s became %s", r, before, got)
		}
	}
	t.Logf("%d values stored, %d refused, %d that Go's types cannot express", taken, unwanted, leftOut)
	if taken < 100 || unwanted < 50 || leftOut > 60 {
		t.Errorf("%d stored, %d refused, %d left out", taken, unwanted, leftOut)
	}
}

func checkRefusal(t *testing.T, r row, err error) {
	t.Helper()
	var failed *Error
	if !errors.As(err, &failed) {
		t.Errorf("%v: was not refused: %v", r, err)
		return
	}
	if failed.Status.String() != r.status || failed.Step != StepNone {
		t.Errorf("%v: %v at step %v", r, failed.Status.String(), failed.Step)
	}
	option := r.option
	for _, form := range []string{"_action", "_path"} {
		option = strings.TrimSuffix(option, form)
	}
	if !strings.Contains(failed.Message, option) || !namesValue(t, failed.Message, r.unwanted) {
		t.Errorf("%v: the sentence does not name option and value: %.120s", r, failed.Message)
	}
}

func namesValue(t *testing.T, sentence, spelled string) bool {
	t.Helper()
	one := parseValues(t, spelled)[0]
	if one.isText {
		return strings.Contains(sentence, "'"+fmt.Sprintf("%.32s", one.text))
	}
	number := one.number(t)
	return strings.Contains(sentence, spelled) || strings.Contains(sentence, fmt.Sprint(number)) ||
		strings.Contains(sentence, fmt.Sprintf("%#o", uint64(number)))
}
