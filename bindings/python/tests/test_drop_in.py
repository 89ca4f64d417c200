"""Programs written for python-daemon, by python-daemon and by the alias package: the same is seen of both.

Where python-daemon is wrong, DIFFERENCES says how and why: the difference is looked for, too. The interpreter that runs
this has python-daemon and lockfile; the alias goes before it on the search path.
"""

import importlib.metadata
import os
import re
import signal
import unittest

import support

PROGRAM = support.HERE / "drop_in_program.py"
WITH_ALIAS = [support.ALIAS, support.PACKAGE, support.HERE]
WITH_REFERENCE = [support.HERE]
COMPARED = (
    *("cwd", "is_session_leader", "has_new_session", "core"),
    *("Umask", "Uid", "Gid", "Groups", "SigIgn", "SigCgt", "SigBlk"),
)
#: What SystemExit says; the PEP leaves the words open.
WORDS = re.compile("(?i)terminat(ed by|ing on) signal 15.*")
#: Facts that every daemon tells, and that are compared apart.
APART = {"pid", "descriptors", "dumpable", "inheritable"}

#: Differs, but is not looked at: its cause is.
ANY = (None, None)
#: Of a program: what is seen of python-daemon, and of the alias. README.md has the reasons.
DIFFERENCES = {
    "second_example": {"Groups": (" ", "8 ")},
    "child_exits": {"complaint": ("lockfile.NotMyLock", ""), "files": ANY},
    "files_preserve_list": {"changed": (1, 0)},
    "stale_pid_file": {"launcher": (0, 0), "told": ([], ["daemon"])},
    "held_pid_file": {"launcher": (0, 1), "errors": ("", "LockTimeout"), "told": ([], [])},
    "other_user": {"Gid": ("0\t0\t0\t0", "1\t1\t1\t1")},
    "other_user_without_initgroups": {"Groups": ("0 4 27 ", "1 ")},
    "text_stream": {"launcher": (0, 0), "told": ([], ["daemon"])},
}


def reference():
    try:
        return importlib.metadata.version("python-daemon"), importlib.metadata.version("lockfile")
    except importlib.metadata.PackageNotFoundError:
        return None


@unittest.skipUnless(reference(), "python-daemon is not installed for this interpreter")
class DropIn(unittest.TestCase):
    maxDiff = None

    def seen(self, path, arguments, signals=(signal.SIGTERM,), **options):
        """Everything that can be told of a run, without numbers and names that differ each time."""
        program = support.Program(arguments, path, **options)
        self.addCleanup(program.close)
        found = {"launcher": program.status(), "told": []}
        if found["launcher"] == 0 and not self.ended_silently(arguments):
            said = program.report()
            while said["word"] != "daemon":
                self.note(program, found, said)
                said = program.report()
            self.note(program, found, said)
            for signum in signals[:-1]:
                os.kill(said["pid"], signum)
                self.note(program, found, program.report())
            if "exits" not in said:
                found["status"] = self.end(program, said["pid"], signals[-1])
        while program.reported():
            self.note(program, found, program.report())
        text = program.errors.read_text().strip()
        found["errors"] = text.rpartition("\n")[2].partition(":")[0].rpartition(".")[2]
        found["output"] = program.output.read_text()
        own = {"reports", "leash", "output", "errors"}
        found["files"] = {
            file.name: WORDS.sub("TERMINATED", file.read_text())
            for file in program.directory.iterdir()
            if file.name not in own
        }
        return found

    def ended_silently(self, arguments):
        return arguments[-1] in self.silent

    def end(self, program, pid, signum):
        try:
            return program.end(pid, signum)
        except ProcessLookupError:
            return support.ended(pid)

    def note(self, program, found, said):
        place = str(program.directory)
        found["told"].append(said["word"])
        for name, value in said.items():
            if name not in APART | {"word"}:
                found[name] = value.replace(place, "HERE") if isinstance(value, str) else value
        if "descriptors" in said:
            links = {number: link.replace(place, "HERE") for number, link in said["descriptors"].items()}
            found["streams"] = [links.pop(number, None) for number in "012"]
            found["preserved"] = sorted(link for link in links.values() if link not in self.own_links)
            found["same"] = said["pid"] == program.process.pid

    own_links = ("/dev/null", "HERE/lock.pid", "HERE/held.pid")
    silent = ()

    def compare(self, arguments, name=None, **options):
        name = name or arguments[-1]
        self.silent = (name,) if DIFFERENCES.get(name, {}).get("told", ([1],))[0] == [] else ()
        theirs = self.seen(WITH_REFERENCE, arguments, **options)
        self.silent = ()
        ours = self.seen(WITH_ALIAS, arguments, **options)
        expected = DIFFERENCES.get(name, {})
        for key, values in expected.items():
            if values is not ANY:
                self.assertEqual((theirs.get(key), ours.get(key)), values, key)
        if "told" in expected or expected.get("launcher", (0, 0))[1] != 0:
            return ours  # only one of them ran
        self.assertEqual(
            {key: value for key, value in ours.items() if key not in expected},
            {key: value for key, value in theirs.items() if key not in expected},
        )
        return ours

    def test_the_reference_is_the_version_that_is_compared_with(self):
        self.assertEqual(reference()[0].split(".")[:2], ["3", "1"])

    def test_the_peps_first_example(self):
        seen = self.compare([support.HERE / "pep_simple.py"])
        self.assertEqual((seen["cwd"], seen["Umask"], seen["status"]), ("/", "0000", 1))

    @unittest.skipUnless(os.getuid() == 0, "needs root")
    def test_the_peps_second_example(self):
        # Word for word, but that its two absolute paths lead into the test's directory.
        source = (support.HERE / "pep_complex.py").read_text()
        for end, signals in ((signal.SIGTERM, [signal.SIGUSR1, signal.SIGTERM]), (signal.SIGHUP, [signal.SIGHUP])):
            with self.subTest(end=end):
                seen = self.compare(["-c", REDIRECTED.format(source=source)], "second_example", signals=signals)
                self.assertEqual(seen["status"], 5 if end == signal.SIGTERM else 1)
                self.assertEqual((seen["cwd"], seen["Umask"]), ("HERE", "0002"))
                self.assertEqual(seen["preserved"], ["HERE/eggs.data", "HERE/spam.data"])
                self.assertEqual(set(seen["files"]), {"spam.data", "eggs.data"}, "the lock is gone")

    def test_programs_behave_the_same(self):
        for name in (
            *("all_defaults", "open_and_close", "attributes", "positional", "log_files", "logging_handler"),
            *("preserved_socket", "pid_lock_file", "lockfiles_pid_lock_file", "own_pid_manager", "subclass"),
            *("threads_and_children", "helpers", "preserved_standard_streams", "subclass_with_names_of_its_own"),
            "held_locks",
        ):
            with self.subTest(name):
                self.compare([PROGRAM, name])

    def test_signal_maps(self):
        for signum in (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2):
            with self.subTest(signum):
                self.compare([PROGRAM, "signal_handlers"], signals=[signum])

    def test_ends_of_their_own(self):
        for name, status in (("exception", 1), ("exit_functions", 7)):
            with self.subTest(name):
                program = [self.own_end(path, name) for path in (WITH_REFERENCE, WITH_ALIAS)]
                self.assertEqual(program[0], program[1])
                self.assertEqual(program[1]["status"], status)

    def own_end(self, path, name):
        program = support.Program([PROGRAM, name], path)
        self.addCleanup(program.close)
        self.assertEqual(program.status(), 0)
        said = program.report()
        program.pids.clear()
        found = {"status": support.ended(said["pid"]), "told": []}
        while program.reported():
            found["told"].append(program.report()["word"])
        error = program.directory / "err"
        found["last"] = error.read_text().strip().rpartition("\n")[2] if error.exists() else ""
        found["lock"] = (program.directory / "lock.pid").exists()
        return found

    def test_in_the_foreground(self):
        seen = []
        for path in (WITH_REFERENCE, WITH_ALIAS):
            program = support.Program([PROGRAM, "foreground"], path)
            self.addCleanup(program.close)
            said = program.report()
            self.assertEqual(said["pid"], program.process.pid)
            program.process.terminate()
            seen.append((program.status(), program.output.read_text(), *(said[name] for name in COMPARED)))
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(seen[1][:2], (1, "in the foreground\n"))

    def test_what_cannot_be_is_told_on_the_terminal(self):
        self.assertEqual(self.compare([PROGRAM, "unable"])["errors"], "DaemonOSEnvironmentError")
        seen = []
        for path in (WITH_REFERENCE, WITH_ALIAS):
            program = support.Program([PROGRAM, "unable_and_says_so"], path)
            self.addCleanup(program.close)
            seen.append((program.report()["caught"], program.status()))
        self.assertEqual(seen, [(True, 0)] * 2)

    def test_the_differences_are_those_that_are_listed(self):
        for name in set(DIFFERENCES) - {"second_example"}:
            with self.subTest(name):
                if name.startswith("other_user") and os.getuid() != 0:
                    self.skipTest("needs root")
                self.compare([PROGRAM, name])

    def test_python_daemon_makes_streams_that_children_do_not_get_and_a_dumpable_process(self):
        said = []
        for path in (WITH_REFERENCE, WITH_ALIAS):
            program = support.Program([PROGRAM, "all_defaults"], path)
            self.addCleanup(program.close)
            said.append(program.report())
        self.assertEqual([report["inheritable"] for report in said], [[False] * 3, [True] * 3])
        self.assertEqual([report["dumpable"] for report in said], [1, 0])


REDIRECTED = """
import os
here = os.environ["OBSERVER_DIRECTORY"]
source = {source!r}.replace("/var/lib/foo", here).replace("/var/run", here)
exec(compile(source, "example", "exec"))
"""


if __name__ == "__main__":
    unittest.main()
