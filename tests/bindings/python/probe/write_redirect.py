"""Writes redirect.h: each call of the C probe goes through a table of function pointers, which Python may fill.

`write_redirect.py API.JSON REDIRECT.H`; one source defines REDIRECT_TABLE, and has the table and the functions.
"""

import contextlib
import json
import sys


def main(path, output):
    with open(path, encoding="utf-8") as file:
        functions = json.load(file)["functions"]
    with open(output, "w", encoding="utf-8") as file, contextlib.redirect_stdout(file):
        write(functions)


def write(functions):
    print("/* Made by write_redirect.py: calls of the library, led through a table. */")
    print("#ifndef DAEMONCTX_TESTS_REDIRECT_H\n#define DAEMONCTX_TESTS_REDIRECT_H")
    print("#include <daemonctx/daemonctx.h>")
    for function in functions:
        name = function["name"]
        result = function["returns"]["type"]["c"]
        parameters = ", ".join(f"{item['type']['c']} {item['name']}" for item in function["parameters"]) or "void"
        arguments = ", ".join(item["name"] for item in function["parameters"])
        back = "" if result == "void" else "return "
        print(f"{result} redirected_{name}({parameters});")
        print(f"#ifdef REDIRECT_TABLE\n__typeof__({name}) *redirect_{name} = {name};")
        print(f"{result} redirected_{name}({parameters})\n{{\n    {back}redirect_{name}({arguments});\n}}")
        print(f"#else\n#define {name} redirected_{name}\n#endif")
    print("#endif")


main(*sys.argv[1:])
