"""Daemons made through DaemonContext, seen from outside."""

import os
import signal
import unittest

import support

import daemonctx

PROGRAM = support.HERE / "own_program.py"


class Daemons(unittest.TestCase):
    maxDiff = None

    def start(self, *arguments, **options):
        program = support.Program([PROGRAM, *arguments], [support.PACKAGE, support.HERE], **options)
        self.addCleanup(program.close)
        return program

    def refusal(self, *arguments, **options):
        program = self.start(*arguments, **options)
        said = program.report()
        self.assertEqual(said["word"], "refused", said)
        self.assertEqual(said["pid"], program.process.pid)
        self.assertEqual(program.status(), 0)
        self.assertFalse(program.reported())
        self.assertFalse((program.directory / "own.pid").exists())
        return said

    def test_a_daemon_has_what_the_pep_asks_for(self):
        program = self.start("opens")
        said = program.report()
        self.assertEqual(program.status(), 0)
        self.assertTrue(said["is_open"])
        self.assertEqual(said["cwd"], "/")
        self.assertEqual(said["Umask"], "0000")
        self.assertTrue(said["has_new_session"])
        self.assertFalse(said["is_session_leader"])
        self.assertEqual(said["core"], [0, 0])
        self.assertEqual(said["dumpable"], 0)
        self.assertEqual(said["inheritable"], [True, True, True])
        links = said["descriptors"]
        self.assertEqual(links.pop("0"), "/dev/null")
        self.assertEqual(links.pop("1"), "/dev/null")
        self.assertEqual(links.pop("2"), str(program.directory / "daemon.log"))
        self.assertEqual(list(links.values()), [str(program.directory / "own.pid")])
        self.assertEqual((program.directory / "own.pid").read_text(), f"{said['pid']}\n")
        self.assertEqual(daemonctx.pidfile.query(program.directory / "own.pid"), said["pid"])

    def test_sigterm_ends_the_interpreter_with_status_1_its_words_and_no_pid_file(self):
        program = self.start("opens")
        pid = program.report()["pid"]
        self.assertEqual(program.end(pid), 1)
        self.assertFalse((program.directory / "own.pid").exists())
        self.assertIn("terminated by signal 15 (SIGTERM)", (program.directory / "daemon.log").read_text())

    def test_what_was_printed_before_comes_out_once(self):
        program = self.start("prints")
        program.report()
        self.assertEqual(program.status(), 0)
        self.assertEqual(program.output.read_text(), "before\nprepare\nlauncher\n")
        self.assertEqual(program.errors.read_text(), "error before\n")
        self.assertEqual((program.directory / "daemon.log").read_text(), "in the daemon\n")

    def test_a_second_start_fails_in_its_launcher_with_the_pid_of_the_first(self):
        first = self.start("opens")
        pid = first.report()["pid"]
        second = self.start("second_start", directory=first.directory)
        said = second.report()
        self.assertEqual((said["kind"], said["status"]), ("DaemonAlreadyRunningError", "ERR_ALREADY_RUNNING"))
        self.assertEqual(said["daemon"], pid)
        self.assertIn(str(pid), said["text"])
        self.assertEqual((first.directory / "own.pid").read_text(), f"{pid}\n")

    def test_a_context_manager_is_entered_after_streams_and_signals_and_exited_once(self):
        program = self.start("manager")
        entered = program.report()
        self.assertEqual(entered["word"], "enter")
        self.assertEqual(entered["streams"], str(program.directory / "daemon.log"))
        self.assertIn("terminate", entered["term"])
        daemon = program.report()
        self.assertEqual(daemon["pid"], entered["pid"])
        self.assertEqual(program.end(daemon["pid"]), 1)
        self.assertEqual(program.report()["word"], "exit")
        self.assertFalse(program.reported())

    def test_an_exception_of_the_managers_enter_is_raised_in_the_launcher(self):
        program = self.start("manager_fails")
        self.assertEqual(program.report()["word"], "enter")
        said = program.report()
        self.assertEqual(said["pid"], program.process.pid)
        self.assertEqual((said["kind"], said["text"]), ("LockTimeout", "not in time"))
        self.assertEqual(said["status"], "ERR_PROGRAM")
        self.assertEqual(program.status(), 0)
        self.assertFalse(program.reported())

    def test_an_exception_that_cannot_travel_arrives_as_its_sentence(self):
        program = self.start("manager_fails_strangely")
        self.assertEqual(program.report()["word"], "enter")
        said = program.report()
        self.assertEqual(said["kind"], "DaemonLaunchError")
        self.assertIn("Unpicklable: a strange end", said["text"])

    def test_a_failing_exit_of_the_manager_is_raised_and_the_context_closed(self):
        program = self.start("manager_exit_fails")
        self.assertEqual([program.report()["word"] for _ in range(2)], ["enter", "exit"])
        said = program.report()
        self.assertEqual((said["word"], said["is_open"], said["text"]), ("closed", False, "cannot let go"))

    def test_an_exception_in_a_hook_is_raised_in_the_launcher(self):
        for hook in ("prepare_hook", "launcher_hook", "daemon_hook", "privileged_hook"):
            with self.subTest(hook):
                said = self.refusal("hook_fails", hook)
                self.assertEqual((said["kind"], said["text"]), ("LookupError", f"no such thing as {hook}"))
                self.assertEqual(said["status"], "ERR_CALLBACK")

    def test_a_hook_fails_the_launch_by_its_result_or_by_words(self):
        said = self.refusal("hook_returns")
        self.assertEqual((said["status"], said["step"], said["exit_code"]), ("ERR_CALLBACK", "PRIVILEGED", 7))
        said = self.refusal("hook_tells")
        self.assertEqual((said["status"], said["exit_code"], said["text"]), ("ERR_CALLBACK", 4, "no port is free"))

    def test_open_launch_check_and_close_in_a_hook_are_refused(self):
        for name in ("open", "launch", "check", "close"):
            with self.subTest(name):
                self.assertEqual(self.refusal("hook_calls", name)["kind"], "DaemonStateError")

    def test_what_hooks_preserve_stays_open(self):
        program = self.start("preserves")
        links = program.report()["descriptors"].values()
        self.assertIn("/dev/zero", links)
        self.assertIn("/dev/full", links)

    def test_launch_returns_in_the_launcher_with_the_pid_and_can_be_repeated(self):
        program = self.start("launches")
        said = sorted((program.report() for _ in range(4)), key=lambda report: report["word"])
        self.assertEqual(program.status(), 0)
        daemons, launchers = said[:2], said[2:]
        self.assertEqual({daemon["pid"] for daemon in daemons}, {launcher["daemon"] for launcher in launchers})
        self.assertEqual({launcher["is_open"] for launcher in launchers}, {False})
        self.assertTrue(all(daemon["is_open"] for daemon in daemons))
        self.assertEqual({launcher["pid"] for launcher in launchers}, {program.process.pid})

    def test_the_launcher_waits_until_the_daemon_is_ready_and_streams_switch_then(self):
        go, let_go = os.pipe()
        self.addCleanup(os.close, go)
        program = self.start("ready", environment={"GO": str(go)}, pass_fds=[go])
        # The descriptor is closed in the daemon: reading fails, and that is raised in the launcher.
        self.assertEqual(program.report()["word"], "starting")
        self.assertNotEqual(program.status(), 0)
        self.assertIn("OSError: [Errno 9]", program.errors.read_text())
        os.close(let_go)
        program = self.start("ready")
        self.assertEqual(program.report()["word"], "starting")
        program.report()
        self.assertEqual(program.status(), 0)
        self.assertEqual(program.output.read_text(), "starting\n")
        self.assertEqual((program.directory / "daemon.log").read_text(), "ready\n")

    def test_an_exception_before_ready_is_raised_in_the_launcher(self):
        said = self.refusal("not_ready")
        self.assertEqual((said["kind"], said["text"], said["status"]), ("LookupError", "no database", "ERR_PROGRAM"))

    def test_notify_failed_gives_code_and_text(self):
        said = self.refusal("tells_failed")
        self.assertEqual((said["kind"], said["exit_code"]), ("DaemonLaunchError", 12))
        self.assertEqual(said["text"], "no database in '/srv', déjà vu")

    def test_a_daemon_that_dies_before_ready_is_told(self):
        said = self.refusal("dies")
        self.assertEqual((said["kind"], said["status"], said["exit_code"]), ("DaemonLaunchError", "ERR_DIED", 5))

    def test_a_daemon_that_is_not_ready_in_time_is_ended(self):
        said = self.refusal("too_late")
        self.assertEqual((said["kind"], said["status"]), ("DaemonTimeoutError", "ERR_TIMEOUT"))

    def test_the_interpreters_fork_handlers_run_once_in_both_processes(self):
        program = self.start("fork_handlers")
        said = {report["word"]: report for report in (program.report(), program.report())}
        self.assertEqual(said["daemon"]["calls"], ["before", "child"])
        self.assertTrue(said["daemon"]["main"])
        self.assertEqual(said["launcher"]["calls"], ["before", "parent"])

    def test_in_place_is_the_same_process_without_fork_handlers(self):
        program = self.start("in_place")
        said = program.report()
        self.assertEqual(said["pid"], program.process.pid)
        self.assertEqual((said["calls"], said["cwd"], said["is_open"]), ([], "/", True))
        program.process.terminate()
        self.assertEqual(program.status(), 1)
        self.assertFalse((program.directory / "own.pid").exists())

    def test_a_failure_in_place_names_the_step_and_a_half_done_one_has_to_be_closed(self):
        program = self.start("in_place_fails")
        said = program.report()
        self.assertEqual((said["kind"], said["step"]), ("DaemonOSEnvironmentError", "WORKING_DIRECTORY"))
        self.assertEqual(said["errno"], 2)
        self.assertFalse(program.report()["there"])
        self.assertEqual([program.report()["kind"] for _ in range(2)], ["DaemonLaunchError", "DaemonStateError"])
        self.assertTrue(program.report()["is_open"])

    def test_after_a_failing_manager_in_place_the_context_can_be_opened_again(self):
        program = self.start("in_place_manager_fails")
        self.assertEqual(program.report()["word"], "enter")
        said = program.report()
        self.assertEqual((said["kind"], said["text"]), ("LookupError", "nowhere"))
        self.assertEqual(program.report()["word"], "enter")
        said = program.report()
        self.assertEqual((said["word"], said["cwd"], said["is_open"]), ("daemon", "/tmp", True))

    def test_sys_exit_closes_the_context_before_older_exit_functions(self):
        program = self.start("exits")
        pid = program.report()["pid"]
        self.assertEqual([program.report()["word"] for _ in range(2)], ["exit", "atexit"])
        self.assertEqual(support.ended(pid), 6)

    def test_a_context_left_open_is_closed_at_the_interpreters_exit(self):
        program = self.start("ends_open")
        self.assertEqual([program.report()["word"] for _ in range(2)], ["enter", "daemon"])
        self.assertEqual(support.ended(program.pids.pop()), 0)
        self.assertEqual(program.report()["word"], "exit")

    def test_a_forked_child_of_the_daemon_closes_nothing(self):
        program = self.start("child")
        self.assertEqual(program.report()["word"], "enter")
        said = program.report()
        self.assertEqual((said["word"], said["is_open"]), ("child", False))
        self.assertEqual(program.report()["word"], "daemon")
        program.pids.discard(said["pid"])

    def test_streams_given_as_paths_are_opened_again(self):
        program = self.start("reopens")
        program.report()
        self.assertEqual((program.directory / "daemon.log.1").read_text(), "first\n")
        self.assertEqual((program.directory / "daemon.log").read_text(), "second\n")
        self.assertEqual((program.directory / "daemon.log").stat().st_mode & 0o777, 0o600)

    def test_an_object_without_descriptor_takes_the_streams_name(self):
        said = self.start("bare_stream").report()
        self.assertTrue(said["bound"])
        self.assertEqual(said["text"], "into memory\n")
        self.assertEqual(said["descriptors"]["1"], "/dev/null")

    def test_a_name_that_was_bound_to_another_file_leads_to_the_stream(self):
        program = self.start("other_stdout")
        program.report()
        self.assertEqual((program.directory / "daemon.log").read_text(), "by the name\n")

    def test_the_signal_map_replaces_the_default_and_leaves_other_signals_alone(self):
        program = self.start("signals")
        said = program.report()
        self.assertEqual(said["said"], [signal.SIGUSR1])
        self.assertTrue(said["interrupt"])

        def has(mask, number):
            return bool(int(said[mask], 16) >> (number - 1) & 1)

        self.assertTrue(has("SigIgn", signal.SIGHUP))
        self.assertFalse(has("SigIgn", signal.SIGTSTP), "not in this map")
        self.assertTrue(has("SigCgt", signal.SIGTERM))
        self.assertFalse(has("SigBlk", signal.SIGUSR1), "mapped signals are unblocked")
        self.assertEqual(program.end(said["pid"], signal.SIGUSR2), -signal.SIGUSR2)

    def test_signal_reset_all_takes_the_programs_other_handlers_out(self):
        said = self.start("signals_reset").report()
        self.assertTrue(said["usr1"])
        self.assertFalse(int(said["SigCgt"], 16) >> (signal.SIGUSR1 - 1) & 1)

    def test_a_subclass_overrides_open_and_terminate(self):
        program = self.start("subclass")
        self.assertEqual(program.report()["word"], "open")
        daemon = program.report()
        self.assertEqual(program.end(daemon["pid"]), 8)
        self.assertEqual(program.report()["signal"], signal.SIGTERM)

    def test_a_program_with_threads_is_not_forked(self):
        said = self.refusal("threads")
        self.assertEqual((said["kind"], said["status"]), ("DaemonProcessDetachError", "ERR_THREADS"))

    @unittest.skipUnless(os.getuid() == 0, "needs root")
    def test_another_uid_brings_its_own_groups(self):
        program = self.start("identity", "1")
        said = program.report()
        self.assertEqual(said["Uid"].split(), ["1"] * 4)
        self.assertEqual(said["Gid"].split(), ["1"] * 4)
        self.assertEqual(said["Groups"].split(), ["1"])

    def test_the_trace_tells_each_step(self):
        said = self.start("traces").report()
        names = [name for name, _ in said["steps"]]
        self.assertEqual(names, [step.name for step in daemonctx.Step if step])
        self.assertEqual({status for _, status in said["steps"]}, {0})

    def test_another_thread_cannot_use_a_context_that_is_being_opened(self):
        program = self.start("other_thread")
        self.assertEqual(program.report()["said"], ["DaemonStateError: another thread is opening this context"] * 5)
        self.assertEqual(program.status(), 0)

    def test_ctrl_c_in_the_waiting_launcher_is_a_keyboard_interrupt(self):
        program = self.start("interrupted")
        said = program.report()
        self.assertEqual((said["kind"], said["pid"]), ("KeyboardInterrupt", program.process.pid))


if __name__ == "__main__":
    unittest.main()
