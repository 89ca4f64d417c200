"""Programs on daemonctx, one function each: `own_program.py NAME`."""

import atexit
import gc
import io
import os
import signal
import socket
import sys
import threading

import observed

import daemonctx

PIDFILE = "own.pid"


class Manager:
    """A pid file's context manager that reports."""

    def __init__(self, enter=None, exit=None):
        self.enter, self.exit = enter, exit

    def __enter__(self):
        observed.report("enter", streams=os.readlink("/proc/self/fd/1"), term=str(signal.getsignal(signal.SIGTERM)))
        if self.enter is not None:
            raise self.enter

    def __exit__(self, *_):
        observed.report("exit")
        if self.exit is not None:
            raise self.exit


def refused(call, *kinds):
    """Tell in the launcher what an opening raised."""
    launcher = os.getpid()
    try:
        call()
    except BaseException as error:
        if os.getpid() != launcher:
            os._exit(1)  # raised in both
        cause = error.__cause__ if isinstance(error.__cause__, daemonctx.DaemonError) else error
        observed.report(
            "refused",
            kind=type(error).__name__,
            text=str(error),
            status=getattr(getattr(cause, "status", None), "name", None),
            step=getattr(getattr(cause, "step", None), "name", None),
            errno=getattr(cause, "errno", None),
            daemon=getattr(cause, "pid", None),
            exit_code=getattr(cause, "exit_code", None),
            signal=getattr(cause, "signal", None),
        )
        return
    observed.report("opened")


def serve(context, **more):
    observed.settle()
    observed.report("daemon", is_open=context.is_open, **observed.facts(), **more)
    observed.wait()


def opens():
    with daemonctx.DaemonContext(pidfile=PIDFILE, stderr="daemon.log") as context:
        serve(context)


def prints():
    sys.stdout.write("before\n")
    sys.stderr.write("error before\n")
    context = daemonctx.DaemonContext(stdout="daemon.log", prepare_hook=lambda _: print("prepare"))
    context.launcher_hook = lambda _: print("launcher")
    with context:
        print("in the daemon", flush=True)
        serve(context)


def second_start():
    refused(daemonctx.DaemonContext(pidfile=PIDFILE).open)


def manager():
    context = daemonctx.DaemonContext(pidfile=Manager(), stdout="daemon.log")
    with context:
        serve(context)


def manager_fails():
    refused(daemonctx.DaemonContext(pidfile=Manager(enter=daemonctx.errors.LockTimeout("not in time"))).open)


class Unpicklable(Exception):
    def __reduce__(self):
        raise TypeError("it stays here")


def manager_fails_strangely():
    refused(daemonctx.DaemonContext(pidfile=Manager(enter=Unpicklable("a strange end"))).open)


def manager_exit_fails():
    context = daemonctx.DaemonContext(pidfile=Manager(exit=OSError("cannot let go")))
    context.open()
    try:
        context.close()
    except OSError as error:
        observed.report("closed", is_open=context.is_open, text=str(error))
    observed.wait()


def hook_fails():
    def fail(_):
        raise LookupError(f"no such thing as {sys.argv[2]}")

    context = daemonctx.DaemonContext(pidfile=PIDFILE)
    setattr(context, sys.argv[2], fail)
    refused(context.open)


def hook_returns():
    refused(daemonctx.DaemonContext(privileged_hook=lambda _: 7).open)


def hook_tells():
    refused(daemonctx.DaemonContext(privileged_hook=lambda context: context.notify_failed(4, "no port is free")).open)


def hook_calls():
    name = sys.argv[2]
    refused(daemonctx.DaemonContext(privileged_hook=lambda context: getattr(context, name)()).open)


def preserves():
    held = []

    def open_file(context):
        held.append(open("/dev/zero"))
        context.preserve(held[0])

    context = daemonctx.DaemonContext(daemon_hook=open_file)  # before descriptors are closed
    context.preserve(os.open("/dev/full", os.O_RDONLY))
    with context:
        serve(context)


def launches():
    context = daemonctx.DaemonContext(pidfile=PIDFILE)
    pid = context.launch()
    if pid is None:
        serve(context)
    os.chdir(".")
    observed.report("launcher", daemon=pid, is_open=context.is_open, holder=daemonctx.pidfile.query(PIDFILE))
    again = daemonctx.DaemonContext(pidfile="second.pid")
    pid = again.launch()
    if pid is None:
        serve(again)
    observed.report("launcher", daemon=pid, is_open=again.is_open)


def ready():
    context = daemonctx.DaemonContext(ready_mode="manual", stream_switch="at-ready", stdout="daemon.log")
    with context:
        print("starting")
        observed.report("starting")
        os.read(int(os.environ["GO"]), 1) if "GO" in os.environ else None
        context.notify_ready()
        print("ready", flush=True)
        serve(context)


def not_ready():
    def start():
        with daemonctx.DaemonContext(ready_mode="manual", pidfile=PIDFILE):
            raise LookupError("no database")

    refused(start)


def tells_failed():
    def start():
        with daemonctx.DaemonContext(ready_mode="manual") as context:
            context.notify_failed(12, "no database in '/srv', déjà vu")
            os._exit(3)

    refused(start)


def dies():
    def start():
        with daemonctx.DaemonContext(ready_mode="manual"):
            os._exit(5)

    refused(start)


def too_late():
    def start():
        with daemonctx.DaemonContext(ready_mode="manual", ready_timeout=0.05):
            observed.wait()

    refused(start)


def fork_handlers():
    calls = []
    os.register_at_fork(
        before=lambda: calls.append("before"),
        after_in_parent=lambda: calls.append("parent"),
        after_in_child=lambda: calls.append("child"),
    )
    context = daemonctx.DaemonContext()
    if context.launch() is None:
        serve(context, calls=calls, main=threading.current_thread() is threading.main_thread())
    observed.report("launcher", calls=calls)


def in_place():
    calls = []
    os.register_at_fork(before=lambda: calls.append("before"), after_in_child=lambda: calls.append("child"))
    with daemonctx.DaemonContext(detach_process=False, pidfile=PIDFILE) as context:
        serve(context, calls=calls)


def in_place_fails():
    context = daemonctx.DaemonContext(detach_process=False, working_directory="/nope", pidfile=PIDFILE)
    refused(context.open)
    observed.report("pidfile", there=os.path.exists(PIDFILE))
    context.working_directory = "."
    context.privileged_hook = lambda _: 3
    refused(context.open)
    refused(context.open)
    context.close()
    context.privileged_hook = None
    with context:
        serve(context)


def in_place_manager_fails():
    context = daemonctx.DaemonContext(detach_process=False, pidfile=Manager(enter=LookupError("nowhere")))
    refused(context.open)
    context.pidfile = Manager()
    context.working_directory = "/tmp"
    with context:
        serve(context)


def exits():
    atexit.register(lambda: observed.report("atexit"))
    with daemonctx.DaemonContext(pidfile=Manager()):
        observed.settle()
        sys.exit(6)


def ends_open():
    context = daemonctx.DaemonContext(pidfile=Manager())
    context.open()
    context.open()
    observed.settle()
    observed.report("daemon")


def child():
    with daemonctx.DaemonContext(pidfile=Manager()) as context:
        pid = os.fork()
        if pid == 0:
            observed.report("child", is_open=context.is_open)
            sys.exit(4)
        os.waitpid(pid, 0)
        serve(context)


def reopens():
    path = os.path.join(os.environ["OBSERVER_DIRECTORY"], "daemon.log")
    with daemonctx.DaemonContext(stdout=daemonctx.StreamFile("daemon.log", 0o600)) as context:
        print("first")
        os.rename(path, path + ".1")
        context.reopen_streams()
        print("second", flush=True)
        serve(context)


def bare_stream():
    text = io.StringIO()
    with daemonctx.DaemonContext(stdout=text) as context:
        print("into memory")
        serve(context, text=text.getvalue(), bound=sys.stdout is text)


def other_stdout():
    sys.stdout = open("elsewhere", "w")
    with daemonctx.DaemonContext(stdout="daemon.log") as context:
        print("by the name", flush=True)
        serve(context)


def signals():
    said = []
    context = daemonctx.DaemonContext(signal_map={signal.SIGUSR1: lambda number, _: said.append(number)})
    context.signal_map[signal.SIGHUP] = None
    context.signal_map[signal.SIGUSR2] = signal.SIG_DFL
    context.signal_map[signal.SIGTERM] = "terminate"
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    with context:
        os.kill(os.getpid(), signal.SIGUSR1)
        serve(context, said=said, interrupt=signal.getsignal(signal.SIGINT) is signal.default_int_handler)


def signals_reset():
    signal.signal(signal.SIGUSR1, lambda *_: None)
    with daemonctx.DaemonContext(signal_reset="all") as context:
        serve(context, usr1=signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL)


class Subclass(daemonctx.DaemonContext):
    def open(self):
        observed.report("open")
        super().open()

    def terminate(self, signal_number, stack_frame):
        observed.report("terminate", signal=signal_number)
        sys.exit(8)


def subclass():
    with Subclass() as context:
        serve(context)


def threads():
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    refused(daemonctx.DaemonContext().open)
    stop.set()
    thread.join()


def identity():
    with daemonctx.DaemonContext(uid=int(sys.argv[2])) as context:
        serve(context)


def traces():
    steps = []

    context = daemonctx.DaemonContext(trace=lambda step, status: steps.append((daemonctx.Step(step).name, status)))
    if context.launch() is None:
        observed.wait()
    observed.report("trace", steps=steps)


def other_thread():
    """While one thread waits for the daemon, another one uses the context."""
    said = []

    def use():
        for call in (context.check, context.close, context.validate, lambda: context.preserve(0), context.launch):
            try:
                call()
            except daemonctx.DaemonError as error:
                said.append(f"{type(error).__name__}: {error}")

    def trace(*_):
        if not said:
            thread = threading.Thread(target=use)
            thread.start()
            thread.join()

    context = daemonctx.DaemonContext(trace=trace)
    if context.launch() is None:
        observed.wait()
    context.check()
    observed.report("other", said=said)


def interrupted():
    """Ctrl-C while the launcher waits."""
    parent = os.getpid()
    context = daemonctx.DaemonContext(ready_mode="manual")

    def start():
        with context:
            os.kill(parent, signal.SIGINT)
            observed.wait()

    refused(start)


def busy_threads(context):
    """Threads, timers, garbage and a connection, each seen alive in the daemon."""
    alive = {name: threading.Event() for name in ("thread", "timer", "garbage", "network", "before")}
    alive["before"] = BEFORE

    def collect():
        loops = [[] for _ in range(2000)]
        for loop in loops:
            loop.append(loop)
        del loops
        gc.collect()
        alive["garbage"].set()

    def answer(listener):
        accepted, _ = listener.accept()
        accepted.sendall(b"hello")
        accepted.close()

    def ask(listener):
        with socket.create_connection(listener.getsockname()) as peer:
            if peer.recv(5, socket.MSG_WAITALL) == b"hello":
                alive["network"].set()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        started = [threading.Thread(target=alive["thread"].set), threading.Thread(target=collect)]
        started += [threading.Thread(target=call, args=(listener,)) for call in (answer, ask)]
        started.append(threading.Timer(0.001, alive["timer"].set))
        for thread in started:
            thread.start()
        for thread in started:
            thread.join(20)
        return [name for name, event in alive.items() if not event.wait(20)]


BEFORE = threading.Event()


def start_threads_before():
    """Some threads that the program has from its start; one is heard of in the daemon too."""
    for _ in range(3):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    threading.Thread(target=BEFORE.set, daemon=True).start()


def threads_by_reexec():
    start_threads_before()
    context = daemonctx.DaemonContext(detach_method="re-exec", pidfile=Manager(), state=b"\0state\xff")
    context.signal_map[signal.SIGUSR1] = lambda *_: observed.report("handler")
    relaunched = daemonctx.is_relaunched()
    with context:
        dead = busy_threads(context)
        state = daemonctx.inherited_state().hex()
        serve(context, dead=dead, relaunched=relaunched, arguments=sys.argv[1:], state=state)


def in_place_by_reexec():
    start_threads_before()
    with daemonctx.DaemonContext(detach_method="re-exec", detach_process=False, pidfile=PIDFILE) as context:
        serve(context, relaunched=daemonctx.is_relaunched(), threads=threading.active_count())


def reexec_fails():
    start_threads_before()
    context = daemonctx.DaemonContext(detach_method="re-exec", pidfile=PIDFILE, working_directory="/nope")
    if daemonctx.is_relaunched():
        context.open()
    refused(context.open)


def reexec_manager_fails():
    start_threads_before()
    context = daemonctx.DaemonContext(
        detach_method="re-exec", pidfile=Manager(enter=daemonctx.errors.LockTimeout("not in time"))
    )
    if daemonctx.is_relaunched():
        context.open()
    refused(context.open)


def reexec_many():
    """As many launches, one after another: each daemon says what is dead in it, and ends."""
    start_threads_before()
    context = daemonctx.DaemonContext(detach_method="re-exec")
    for turn in range(int(sys.argv[2])):
        if context.launch() is None:
            observed.report("daemon", dead=busy_threads(context))
            os._exit(0)
        if turn % 10 == 9:
            observed.report("launcher", turn=turn)


globals()[sys.argv[1]]()
