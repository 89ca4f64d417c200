"""The generated declarations beside the public header: what is there, whether it is the same, whether it is documented.

The paths are given in the environment: DAEMONCTX_HEADER, DAEMONCTX_MAP, DAEMONCTX_API_JSON, DAEMONCTX_FFI_H; CC is the
compiler, which has the last word about types and values.
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

HEADER = pathlib.Path(os.environ["DAEMONCTX_HEADER"])
MAP = pathlib.Path(os.environ["DAEMONCTX_MAP"])
PLAIN = pathlib.Path(os.environ["DAEMONCTX_FFI_H"])
API = json.loads(pathlib.Path(os.environ["DAEMONCTX_API_JSON"]).read_text(encoding="utf-8"))

NAME = r"\b(?:daemonctx|DAEMONCTX)_\w+"


def without_comments(path):
    return re.sub(r"/\*.*?\*/", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def described_names():
    names = set()
    for kind in ("macros", "typedefs", "callbacks", "functions"):
        names |= {entry["name"] for entry in API[kind]}
    for enum in API["enums"]:
        names |= {enum["tag"]} | {value["name"] for value in enum["values"]}
    return names | {typedef["c"].removeprefix("struct ") for typedef in API["typedefs"] if typedef["kind"] == "opaque"}


def pointer_to(entry):
    """The type of a pointer to the function, or of the callback, as C writes it."""
    parameters = ", ".join(parameter["type"]["c"] for parameter in entry["parameters"])
    return f"{entry['returns']['type']['c']} (*)({parameters or 'void'})"


def compile_with(include):
    """Lets the compiler compare each type and value of the description with those of a header."""
    lines = ["#include <stddef.h>", "#include <stdint.h>", include, "#define IS_TYPE __builtin_types_compatible_p"]
    claims = [f"IS_TYPE(__typeof__(&{entry['name']}), {pointer_to(entry)})" for entry in API["functions"]]
    claims += [f"IS_TYPE({entry['name']}, {pointer_to(entry)})" for entry in API["callbacks"]]
    claims += [f"IS_TYPE({entry['name']}, {entry['c']})" for entry in API["typedefs"]]
    claims += [f"{entry['name']} == {entry['value']}" for entry in API["macros"]]
    for enum in API["enums"]:
        claims += [f"sizeof(enum {enum['tag']}) == sizeof({enum['type']})"]
        claims += [f"{value['name']} == {value['value']}" for value in enum["values"]]
    lines += [f'_Static_assert({claim}, "{claim}");' for claim in claims]
    with tempfile.TemporaryDirectory() as directory:
        source = pathlib.Path(directory, "claims.c")
        source.write_text("\n".join(lines) + "\n", encoding="utf-8")
        compiler = [os.environ.get("CC") or "cc", "-std=c11", "-fsyntax-only", "-Wall", "-Werror"]
        done = subprocess.run([*compiler, source], capture_output=True, text=True)
    return len(claims), done.returncode, done.stderr


class Description(unittest.TestCase):
    """daemonctx_api.json."""

    def documented(self, entry, name):
        documentation = entry["documentation"]
        self.assertTrue(documentation["brief"], name)
        self.assertRegex(documentation["since"] or "", r"^\d+\.\d+$", name)

    def test_every_exported_function_is_described(self):
        exported = set(re.findall(r"^\s*(daemonctx_\w+);", MAP.read_text(encoding="utf-8"), re.MULTILINE))
        self.assertGreater(len(exported), 100)
        self.assertEqual(exported, {function["name"] for function in API["functions"]})

    def test_every_name_of_the_header_is_described(self):
        guard = {"DAEMONCTX_DAEMONCTX_H"}
        for_the_compiler = {"DAEMONCTX_API", "DAEMONCTX_BUILD"}
        in_header = set(re.findall(NAME, without_comments(HEADER))) - guard - for_the_compiler
        self.assertEqual(in_header, described_names())

    def test_every_function_and_parameter_is_documented(self):
        for function in API["functions"]:
            name = function["name"]
            self.documented(function, name)
            self.assertTrue(function["documentation"]["threads"], name)
            returns = function["returns"]
            if returns["type"]["c"] != "void":
                self.assertTrue(returns["documentation"] or returns["values"], name)
            for parameter in function["parameters"]:
                self.assertTrue(parameter["documentation"], f"{name}: {parameter['name']}")
                is_out = parameter["name"].startswith("ret_")
                self.assertEqual(is_out, parameter["direction"] == "out", f"{name}: {parameter['name']}")
                self.assertIn(parameter["direction"], ("in", "out", "inout"), f"{name}: {parameter['name']}")

    def test_every_type_and_constant_is_documented(self):
        for entry in API["macros"] + API["typedefs"] + API["callbacks"]:
            self.documented(entry, entry["name"])
        for enum in API["enums"]:
            self.documented(enum, enum["tag"])
            for value in enum["values"]:
                self.assertTrue(value["documentation"], value["name"])
                self.assertTrue(value["name"].startswith(enum["prefix"]), value["name"])

    def test_every_value_that_a_function_returns_is_a_status_or_a_number(self):
        (values,) = (enum["values"] for enum in API["enums"] if enum["tag"] == "daemonctx_status")
        statuses = {value["name"] for value in values}
        returned = [value for function in API["functions"] for value in function["returns"]["values"]]
        self.assertGreater(len(returned), 300)
        for value in returned:
            self.assertTrue(value["value"] in statuses or value["value"].lstrip("-").isdigit(), value["value"])
            self.assertTrue(value["documentation"], value["value"])

    def test_its_shape_is_that_of_the_readme(self):
        def has(entry, fields):
            self.assertEqual(set(entry), set(fields.split()))

        has(API, "format generated header version documentation sections macros typedefs callbacks enums functions")
        self.assertEqual(API["format"], 1)
        has(API["documentation"], "brief details threads since see topics")
        for entry in API["macros"] + API["typedefs"] + API["callbacks"] + API["enums"] + API["functions"]:
            has(entry["documentation"], "brief details threads since see")
            self.assertIn(entry["section"], API["sections"])
        for macro in API["macros"]:
            has(macro, "name section value documentation")
        for typedef in API["typedefs"]:
            has(typedef, "name section kind c documentation")
        for enum in API["enums"]:
            has(enum, "tag section type prefix values documentation")
            for value in enum["values"]:
                has(value, "name value documentation")
        for callback in API["callbacks"]:
            has(callback, "name section declaration returns parameters documentation")
            has(callback["returns"], "type")
            for parameter in callback["parameters"]:
                has(parameter, "name type")
        for function in API["functions"]:
            has(function, "name section declaration returns parameters documentation")
            has(function["returns"], "type documentation values")
            for parameter in function["parameters"]:
                has(parameter, "name type direction documentation")
                has(parameter["type"], "c base const pointers")

    def test_the_compiler_finds_its_types_and_values_in_the_header(self):
        claims, status, said = compile_with(f'#include "{HEADER}"')
        self.assertEqual(status, 0, said)
        self.assertGreater(claims, 150)


class PlainHeader(unittest.TestCase):
    """daemonctx_ffi.h."""

    def test_it_declares_every_name_of_the_header_and_no_other(self):
        self.assertEqual(set(re.findall(NAME, without_comments(PLAIN))), described_names())

    def test_nothing_is_left_for_a_preprocessor(self):
        self.assertEqual(re.findall(r"#.*|__\w+|\\\n|//", PLAIN.read_text(encoding="utf-8")), [])

    def test_the_compiler_finds_the_same_types_and_values_in_it(self):
        claims, status, said = compile_with(f'#include "{PLAIN}"')
        self.assertEqual(status, 0, said)
        self.assertGreater(claims, 150)


if __name__ == "__main__":
    unittest.main()
