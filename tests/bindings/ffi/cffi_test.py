"""The plain declarations in Python's cffi: parsed as they stand, and each function found in the library.

usage: cffi_test.py DECLARATIONS LIBRARY
"""

import pathlib
import sys

try:
    import cffi
except ImportError:
    sys.exit(print("SKIPPED: this Python has no cffi") or 77)


def expect(claim, what):
    if not claim:
        sys.exit(f"not so: {what}")


ffi = cffi.FFI()
declarations = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
ffi.cdef(declarations)
daemonctx = ffi.dlopen(sys.argv[2])

functions = [name for name in dir(daemonctx) if name.startswith("daemonctx_")]
expect(len(functions) > 100, "the declarations have more than 100 functions")
for name in functions:
    getattr(daemonctx, name)  # raises if the library does not export it

name = ffi.string(daemonctx.daemonctx_status_name(daemonctx.DAEMONCTX_ERR_TIMEOUT))
expect(name == b"ERR_TIMEOUT", "-11 is ERR_TIMEOUT")
version = daemonctx.DAEMONCTX_VERSION_MAJOR * 10000 + daemonctx.DAEMONCTX_VERSION_MINOR * 100
expect(daemonctx.daemonctx_version() >= version, "the library is not older than its declarations")

ret_ctx = ffi.new("daemonctx_context_t **")
expect(daemonctx.daemonctx_new(ret_ctx) == daemonctx.DAEMONCTX_OK, "a context is made")
ctx = ffi.gc(ret_ctx[0], daemonctx.daemonctx_free)
daemonctx.daemonctx_set_pidfile(ctx, b"")  # refused, and remembered
expect(daemonctx.daemonctx_check(ctx) == daemonctx.DAEMONCTX_ERR_ARGUMENT, "an empty path for the pid file is refused")
expect(b"pidfile" in ffi.string(daemonctx.daemonctx_error_message(ctx)), "the sentence names the option")
print(f"{len(functions)} functions parsed and found")
