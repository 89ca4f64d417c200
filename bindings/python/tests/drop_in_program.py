"""Programs as they are written with python-daemon, one function each: `drop_in_program.py NAME`.

They import `daemon`: python-daemon, or the alias package, as the search path says.
"""

import atexit
import io
import json
import logging
import logging.handlers
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import daemon
import daemon.daemon
import daemon.pidfile
import lockfile
import lockfile.pidlockfile
import observed

HERE = Path(os.environ["OBSERVER_DIRECTORY"])


def serve(**more):
    observed.settle()
    observed.report("daemon", **observed.facts(), **more)
    observed.wait()


def all_defaults():
    with daemon.DaemonContext():
        serve()


def open_and_close():
    context = daemon.DaemonContext()
    states = [context.is_open]
    context.open()
    context.open()
    states.append(context.is_open)
    context.close()
    context.close()
    states.append(context.is_open)
    serve(states=states)


def attributes():
    context = daemon.DaemonContext()
    names = "chroot_directory working_directory umask uid gid initgroups prevent_core detach_process files_preserve"
    names += " pidfile stdin stdout stderr signal_map"
    values = {name: getattr(context, name) for name in names.split()}
    values["signal_map"] = sorted((int(key), value) for key, value in context.signal_map.items())
    context.umask, context.working_directory = 0o27, str(HERE)
    context.stdout = open(HERE / "out", "w+")
    with context:
        print("printed", flush=True)
        serve(values=values)


def positional():
    out = open(HERE / "out", "w+")
    with daemon.DaemonContext(
        None, str(HERE), 0o22, os.getuid(), os.getgid(), False, False, True, [out], None, None, out, out, {}
    ):
        serve()


def log_files():
    with daemon.DaemonContext(
        working_directory=str(HERE),
        umask=0o022,
        stdout=open(HERE / "out", "a+"),
        stderr=open(HERE / "err", "a+", buffering=1),
    ):
        print("to stdout", flush=True)
        print("to stderr", file=sys.stderr)
        open("made", "w").close()
        serve(mode=os.stat("made").st_mode)


def logging_handler():
    handler = logging.handlers.RotatingFileHandler(HERE / "log")
    logging.getLogger().addHandler(handler)
    logging.warning("before")
    with daemon.DaemonContext(files_preserve=[handler.stream]):
        logging.warning("after")
        serve()


def preserved_socket():
    listener = socket.create_server(("127.0.0.1", 0))
    with daemon.DaemonContext(files_preserve=[listener, None, listener.fileno()]):
        peer = socket.create_connection(listener.getsockname())
        accepted, _ = listener.accept()
        accepted.sendall(b"hello")
        received = peer.recv(5).decode()
        peer.close()
        accepted.close()
        observed.settle()
        observed.report("daemon", received=received)
        observed.wait()


def foreground():
    with daemon.DaemonContext(detach_process=False, stdin=sys.stdin, stdout=sys.stdout, stderr=sys.stderr):
        print("in the foreground", flush=True)
        serve(same=os.getpid())


def pid_lock_file():
    with daemon.DaemonContext(pidfile=daemon.pidfile.TimeoutPIDLockFile(HERE / "lock.pid", 1)):
        serve(content=(HERE / "lock.pid").read_text() == f"{os.getpid()}\n")


def held_locks():
    """What a lock's methods come to, when this process has it by another object, and by the same."""
    path = str(HERE / "held.pid")
    lock, other = daemon.pidfile.PIDLockFile(path), daemon.pidfile.PIDLockFile(path)
    timeouts = daemon.pidfile.TimeoutPIDLockFile(path), daemon.pidfile.TimeoutPIDLockFile(path, 0.1)
    said = []

    def note(call, *arguments):
        try:
            call(*arguments)
            said.append("done")
        except lockfile.Error as error:
            said.append(type(error).__name__)
        said.extend([lock.is_locked(), lock.i_am_locking(), other.i_am_locking(), os.path.exists(path)])

    note(lock.acquire)
    for held in (lock, other, *timeouts):
        note(held.acquire)
    note(other.acquire, 0.1)
    note(other.release)
    note(other.release)
    note(lock.acquire)
    note(lock.break_lock)
    note(lock.release)
    note(lock.acquire)
    note(other.break_lock)
    note(other.acquire)
    note(lock.release)
    with daemon.DaemonContext(pidfile=daemon.pidfile.PIDLockFile(path)):
        said.append((HERE / "held.pid").read_text() == f"{os.getpid()}\n")
        serve(said=said)


def preserved_standard_streams():
    with daemon.DaemonContext(files_preserve=[sys.stdin, sys.stdout, 2]):
        serve()


def subclass_with_names_of_its_own():
    class Service(daemon.DaemonContext):
        def validate(self, settings):
            return settings

        def check(self, settings):
            return settings

    with Service() as service:
        serve(found=[service.validate(1), service.check(2)])


def lockfiles_pid_lock_file():
    lock = lockfile.pidlockfile.PIDLockFile(str(HERE / "lock.pid"), timeout=-1)
    if lock.is_locked():
        sys.exit("locked")
    with daemon.DaemonContext(pidfile=lock):
        serve(locking=lock.i_am_locking())


def own_pid_manager():
    class PidFile:
        def __enter__(self):
            (HERE / "own.pid").write_text(str(os.getpid()))

        def __exit__(self, *arguments):
            observed.report("exit", arguments=[str(argument) for argument in arguments])
            (HERE / "own.pid").unlink()

    with daemon.DaemonContext(pidfile=PidFile()):
        serve()


def signal_handlers():
    said = []
    context = daemon.DaemonContext(
        signal_map={
            signal.SIGTERM: lambda number, frame: (observed.report("handler", signal=number), sys.exit(9)),
            signal.SIGHUP: lambda number, frame: said.append(number),
            signal.SIGINT: None,
            signal.SIGUSR1: "terminate",
            signal.SIGUSR2: signal.SIG_DFL,
        }
    )
    with context:
        os.kill(os.getpid(), signal.SIGHUP)
        os.kill(os.getpid(), signal.SIGINT)
        serve(said=said)


def subclass():
    class Service(daemon.DaemonContext):
        def __init__(self):
            super().__init__(working_directory=str(HERE))
            self.signal_map[signal.SIGTERM] = self.shutdown

        def open(self):
            super().open()
            self.opened = True

        def shutdown(self, number, frame):
            observed.report("shutdown", signal=number)
            self.terminate(number, frame)

    with Service() as service:
        serve(opened=service.opened)


def exception():
    with daemon.DaemonContext(stderr=open(HERE / "err", "w+")):
        observed.settle()
        observed.report("daemon")
        raise LookupError("no such thing")


def exit_functions():
    atexit.register(lambda: observed.report("atexit"))
    with daemon.DaemonContext(pidfile=lockfile.pidlockfile.PIDLockFile(str(HERE / "lock.pid"))):
        observed.settle()
        observed.report("daemon")
        sys.exit(7)


def threads_and_children():
    with daemon.DaemonContext(working_directory=str(HERE)):
        found = []
        thread = threading.Thread(target=lambda: found.append(threading.active_count()))
        thread.start()
        thread.join()
        output = subprocess.run(["sh", "-c", "umask; pwd"], stdout=subprocess.PIPE, check=True).stdout.decode()
        queue = multiprocessing.get_context("fork").Queue()
        process = multiprocessing.get_context("fork").Process(target=queue.put, args=("from a process",))
        process.start()
        found.append(queue.get())
        process.join()
        observed.settle()
        observed.report("daemon", found=found, output=output.replace(str(HERE), ""), exitcode=process.exitcode)
        observed.wait()


def unable():
    with daemon.DaemonContext(working_directory="/no/such/directory"):
        serve()


def unable_and_says_so():
    try:
        daemon.DaemonContext(working_directory="/no/such/directory").open()
    except daemon.daemon.DaemonOSEnvironmentError as error:
        is_os_error = isinstance(error, OSError) and isinstance(error, daemon.daemon.DaemonError)
        observed.report("refused", caught=is_os_error)


def other_user():
    entry = next(line.split(":") for line in open("/etc/passwd") if line.startswith("daemon:"))
    uid, gid = int(entry[2]), int(entry[3])
    with daemon.DaemonContext(uid=uid, gid=gid, initgroups=True):
        serve()


def helpers():
    module = daemon.daemon
    out = open(HERE / "out", "w+")
    found = {
        "maximum": module.get_maximum_file_descriptors(),
        "init": module.is_process_started_by_init(),
        "superserver": module.is_process_started_by_superserver(),
        "required": module.is_detach_process_context_required(),
        "socket": [module.is_socket_file(file) for file in (sys.stdin, out, socket.socket())],
        "map": sorted((int(key), value) for key, value in module.make_default_signal_map().items()),
        "user": module.get_username_for_uid(os.getuid()),
        "streams": sorted(module.get_stream_file_descriptors()),
    }
    module.detach_process_context()
    module.change_working_directory(HERE)
    module.change_file_creation_mask(0o27)
    module.prevent_core_dump()
    module.close_all_open_files(exclude={0, 1, 2, out.fileno()})
    module.close_file_descriptor_if_open(300)
    module.redirect_stream(sys.stdin, None)
    module.redirect_stream(sys.stdout, out)
    module.redirect_stream(sys.stderr, out)
    module.set_signal_handlers({signal.SIGHUP: signal.SIG_IGN})
    module.register_atexit_function(lambda: observed.report("atexit"))
    print("printed", flush=True)
    for call in (
        lambda: module.change_working_directory("/no/such/directory"),
        lambda: module.change_root_directory("/no/such/directory"),
        lambda: module.change_file_creation_mask("mask"),
        lambda: module.change_process_owner("x", "y"),
    ):
        try:
            call()
        except (module.DaemonOSEnvironmentError, TypeError) as error:
            found.setdefault("errors", []).append(type(error).__name__)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
    serve(found=json.loads(json.dumps(found)))


def child_exits():
    with daemon.DaemonContext(
        pidfile=daemon.pidfile.PIDLockFile(str(HERE / "lock.pid")), stderr=open(HERE / "err", "w+")
    ):
        pid = os.fork()
        if pid == 0:
            sys.exit(0)
        os.waitpid(pid, 0)
        serve(complaint=(HERE / "err").read_text().strip().rpartition("\n")[2].partition(":")[0])


def stale_pid_file():
    (HERE / "lock.pid").write_text("4194304\n")
    with daemon.DaemonContext(pidfile=daemon.pidfile.TimeoutPIDLockFile(str(HERE / "lock.pid"), 0.1)):
        serve()


def held_pid_file():
    lock = daemon.pidfile.PIDLockFile(str(HERE / "lock.pid"))
    lock.acquire()
    with daemon.DaemonContext(pidfile=daemon.pidfile.TimeoutPIDLockFile(str(HERE / "lock.pid"), 0.1)):
        serve()


def files_preserve_list():
    files = []
    out = open(HERE / "out", "w+")
    with daemon.DaemonContext(files_preserve=files, stdout=out):
        serve(changed=len(files))


def other_user_without_initgroups():
    os.setgroups([0, 4, 27])
    entry = next(line.split(":") for line in open("/etc/passwd") if line.startswith("daemon:"))
    with daemon.DaemonContext(uid=int(entry[2]), gid=int(entry[3])):
        serve()


def text_stream():
    with daemon.DaemonContext(stdout=io.StringIO()):
        serve()


globals()[sys.argv[1]]()
