"""The names of python-daemon's module `daemon.daemon`."""

import atexit
import errno
import os
import pwd
import resource
import signal
import socket
import sys
import warnings

from daemonctx.context import DaemonContext
from daemonctx.errors import DaemonError, DaemonOSEnvironmentError, DaemonProcessDetachError
from daemonctx.helpers import (
    MAXFD,
    _get_file_descriptor,
    change_file_creation_mask,
    change_process_owner,
    change_root_directory,
    change_working_directory,
    close_all_open_files,
    close_file_descriptor_if_open,
    detach_process_context,
    get_maximum_file_descriptors,
    get_stream_file_descriptors,
    get_username_for_uid,
    is_detach_process_context_required,
    is_process_started_by_init,
    is_process_started_by_superserver,
    is_socket,
    is_socket_file,
    make_default_signal_map,
    prevent_core_dump,
    redirect_stream,
    register_atexit_function,
    set_signal_handlers,
)

__all__ = [
    "MAXFD",
    "DaemonContext",
    "DaemonError",
    "DaemonOSEnvironmentError",
    "DaemonProcessDetachError",
    "_get_file_descriptor",
    "atexit",
    "change_file_creation_mask",
    "change_process_owner",
    "change_root_directory",
    "change_working_directory",
    "close_all_open_files",
    "close_file_descriptor_if_open",
    "detach_process_context",
    "errno",
    "get_maximum_file_descriptors",
    "get_stream_file_descriptors",
    "get_username_for_uid",
    "is_detach_process_context_required",
    "is_process_started_by_init",
    "is_process_started_by_superserver",
    "is_socket",
    "is_socket_file",
    "make_default_signal_map",
    "os",
    "prevent_core_dump",
    "pwd",
    "redirect_stream",
    "register_atexit_function",
    "resource",
    "set_signal_handlers",
    "signal",
    "socket",
    "sys",
    "warnings",
]
