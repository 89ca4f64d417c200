"""Write the C ABI as plain declarations: the public header after the C preprocessor, for parsers that have none.

What is left of the standard headers is nothing: the fixed-width types and size_t are known to every reader of such a
file (cffi, LuaJIT, PHP's FFI). The macros that stand for a number become enumerators.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HEAD = """\
/*
 * The C ABI of daemonctx as plain declarations: no preprocessor, no attributes, nothing of the system's headers.
 * For LuaJIT's ffi.cdef, Python's cffi and PHP's FFI::cdef; C programs include daemonctx/daemonctx.h, which documents
 * every name. Generated from that header by bindings/generate.sh through the C preprocessor: do not edit.
 */
"""
WIDTH = 120


def fail(reason):
    sys.exit(f"plain_header: {reason}")


def preprocess(header, *options):
    """What the C preprocessor makes of the header, with empty files in the place of the standard headers."""
    with tempfile.TemporaryDirectory() as empty:
        for name in ("stddef.h", "stdint.h"):
            pathlib.Path(empty, name).touch()
        preprocessor = [os.environ.get("CC") or "cc", "-x", "c", "-E", "-P"]
        command = [*preprocessor, *options, "-nostdinc", "-isystem", empty, header]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        fail(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


def numbers(header):
    """The macros that the header defines as a whole number, in its order."""
    for name, value in re.findall(r"^#define (DAEMONCTX_\w+) (\S.*)$", preprocess(header, "-dD"), re.MULTILINE):
        if not value.strip().lstrip("-").isdigit():
            if name != "DAEMONCTX_API":
                fail(f"the macro {name} is {value!r}, which is no whole number")
            continue
        yield name, value.strip()


def statements(text):
    """The declarations in the text, each without its semicolon; a body in braces is a part of its declaration."""
    depth, start = 0, 0
    for at, character in enumerate(text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == ";" and depth == 0:
            yield " ".join(text[start:at].split())
            start = at + 1
    if text[start:].strip():
        fail(f"unfinished: {text[start:].strip()!r}")


def layout(statement):
    statement = re.sub(r"\s*\*\s*", " *", statement)
    statement = re.sub(r"\* \*", "**", statement)
    statement = re.sub(r"\( \*", "(*", statement)
    body = re.fullmatch(r"(enum (?:\w+ )?)\{(.*?),?\s*\}", statement)
    if body:
        values = ",\n".join(f"    {' '.join(value.split())}" for value in body[2].split(","))
        return f"\n{body[1]}{{\n{values}\n}};\n\n"
    lines = [""]
    for part in re.split(r"(?<=,) ", statement + ";"):  # a line ends after a comma alone
        if len(lines[-1]) + len(part) >= WIDTH:
            lines.append("   ")
        lines[-1] += " " + part if lines[-1] else part
    return "\n".join(lines) + "\n"


def declarations(header):
    constants = ", ".join(f"{name} = {value}" for name, value in numbers(header))
    for statement in (f"enum {{ {constants} }}", *statements(preprocess(header))):
        yield layout(statement)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("header", type=pathlib.Path)
    arguments.add_argument("output", type=pathlib.Path)
    arguments = arguments.parse_args()
    text = re.sub(r"\n{3,}", "\n\n", "".join(declarations(arguments.header.resolve())))
    left = re.search(r"#|\b__\w+|\bDAEMONCTX_API\b", text)
    if left:
        fail(f"{left[0]!r} is left: the header uses what a plain parser does not know")
    arguments.output.write_text(HEAD + text, encoding="utf-8")


if __name__ == "__main__":
    main()
