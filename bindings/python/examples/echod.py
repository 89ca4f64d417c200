#!/usr/bin/env python3
"""A TCP echo server as a daemon: readiness, privileges given up after binding, reload by SIGHUP, a clean end."""

import argparse
import os
import selectors
import signal
import socket
import sys

import daemonctx

BUFFER = 4096


class Server:
    """Sends back whatever comes, with one loop for all clients."""

    def __init__(self, options):
        self.options = options
        self.listener = None
        self.selector = None

    def listen(self, context):
        """Bind the port: the privileged hook, called in the daemon while it may still bind ports below 1024."""
        self.listener = socket.create_server((self.options.address, self.options.port))
        self.listener.setblocking(False)
        context.preserve(self.listener)

    def announce(self):
        """Say where it listens: the launcher still waits, so this goes to the terminal."""
        address, port = self.listener.getsockname()[:2]
        print(f"echod: listening on {address} port {port}, pid {os.getpid()}")

    def serve(self):
        """Echo until a signal raises SystemExit."""
        self.selector = selectors.DefaultSelector()  # not before: its descriptor would be closed in the daemon
        self.selector.register(self.listener, selectors.EVENT_READ, self.welcome)
        # A signal that comes just before select() does not interrupt it: its byte in this pair of sockets does.
        woken, waking = socket.socketpair()
        for end in (woken, waking):
            end.setblocking(False)
        signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
        self.selector.register(woken, selectors.EVENT_READ, lambda end: end.recv(BUFFER))
        while True:
            for key, _ in self.selector.select():
                key.data(key.fileobj)

    def welcome(self, listener):
        """Take a new client."""
        client, _ = listener.accept()
        self.selector.register(client, selectors.EVENT_READ, self.echo)

    def echo(self, client):
        """Send back what a client sent; a slow reader is waited for."""
        try:
            received = client.recv(BUFFER)
            client.sendall(received)
        except OSError:
            received = b""
        if not received:
            self.selector.unregister(client)
            client.close()

    def finish(self, signal_number, stack_frame):
        """End with status 0: for SIGTERM and SIGINT in place of the context's `terminate`, whose status is 1."""
        sys.exit(0)


def main():
    """Read the command line and become the server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7, help="0: any free one")
    parser.add_argument("--pidfile")
    parser.add_argument("--user", help="becomes this user when the port is bound")
    parser.add_argument("--log", help="file for standard error; SIGHUP opens it again")
    parser.add_argument("--foreground", action="store_true")
    options = parser.parse_args()

    server = Server(options)
    context = daemonctx.DaemonContext(
        pidfile=options.pidfile,
        user=options.user,
        stderr=daemonctx.INHERIT if options.foreground else options.log,
        ready_mode="manual",
        stream_switch="at-ready",
        privileged_hook=server.listen,
    )
    if options.foreground:
        context.detach_process = False

    def reload(signal_number, stack_frame):
        context.reopen_streams()
        print("echod: reloaded", file=sys.stderr, flush=True)

    context.signal_map.update(
        {
            signal.SIGTERM: server.finish,
            signal.SIGINT: server.finish,
            signal.SIGHUP: reload,
            signal.SIGPIPE: None,
        }
    )
    try:
        with context:
            server.announce()
            context.notify_ready()
            server.serve()
    except (daemonctx.DaemonError, OSError) as failed:
        sys.exit(f"echod: {failed}")


if __name__ == "__main__":
    main()
