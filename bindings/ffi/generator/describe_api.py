"""Describe the C ABI as JSON: what Doxygen's XML says of the public header, in a shape that other generators can read.

Doxygen is the parser; this file only puts its XML in order. Nothing about daemonctx is written here: every name, type
and sentence is the header's. The shape is documented in bindings/ffi/README.md.
"""

import argparse
import json
import pathlib
import re
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

from documentation import Documentation, fail, plain, squeeze

FORMAT = 1  # of the description: grows when a field is removed or changes its meaning

# Macros are expanded, so that DAEMONCTX_API is seen in no declaration. Any warning of Doxygen is an error.
DOXYFILE = """
INPUT                = "{header}"
STRIP_FROM_PATH      = "{include}"
OUTPUT_DIRECTORY     = "{output}"
GENERATE_HTML        = NO
GENERATE_LATEX       = NO
GENERATE_XML         = YES
XML_PROGRAMLISTING   = NO
OPTIMIZE_OUTPUT_FOR_C = YES
TYPEDEF_HIDES_STRUCT = YES
JAVADOC_AUTOBRIEF    = NO
SORT_MEMBER_DOCS     = NO
MACRO_EXPANSION      = YES
EXTRACT_ALL          = NO
WARN_IF_UNDOCUMENTED = YES
WARN_IF_INCOMPLETE_DOC = NO
WARN_AS_ERROR        = YES
QUIET                = YES
"""


def type_of(text):
    """A C type, as it is written and in its parts; the parts suffice, as the header has no other types."""
    written = re.sub(r"\s*\*\s*", "*", squeeze(text))
    match = re.fullmatch(r"(const )?([a-z][a-z0-9_ ]*)(\**)", written)
    if not match:
        fail(f"the type {text!r} is not known to this generator")
    const, base, stars = match.groups()
    return {
        "c": f"{const or ''}{base}{' ' if stars else ''}{stars}",
        "base": base,
        "const": bool(const),
        "pointers": len(stars),
    }


def declare(type_, name):
    return type_["c"] + ("" if type_["pointers"] else " ") + name


def split_parameters(text):
    """The parameters of a callback, which Doxygen gives as one text."""
    for parameter in text.strip().strip("()").split(","):
        match = re.fullmatch(r"\s*(.*?[\s*])(\w+)\s*", parameter)
        if not match:
            fail(f"the parameter {parameter!r} is not known to this generator")
        yield match[2], type_of(match[1])


class Header:
    """The members of the header, in the order in which it declares them."""

    def __init__(self, compound):
        self.compound = compound
        self.members = []
        for section in compound.findall("sectiondef"):
            title = re.sub(r"^\d+\. ", "", plain(section.find("header"))) or None
            self.members += [(member, title) for member in section.findall("memberdef")]
        self.members.sort(key=lambda member: int(member[0].find("location").get("line")))

    def of(self, kind):
        for member, title in self.members:
            if member.get("kind") == kind:
                yield member, plain(member.find("name")), title, Documentation(member)

    def sections(self):
        return list(dict.fromkeys(title for _, title in self.members if title))

    def macros(self):
        for member, name, title, documentation in self.of("define"):
            value = plain(member.find("initializer"))
            if not value:  # a mark for the compiler, such as DAEMONCTX_API
                continue
            if not re.fullmatch(r"-?\d+", value):
                fail(f"the macro {name} is {value!r}, which is no whole number")
            yield {"name": name, "section": title, "value": int(value), "documentation": documentation.describe()}

    def typedefs(self):
        for member, name, title, documentation in self.of("typedef"):
            if plain(member.find("argsstring")):
                continue
            written = plain(member.find("type"))
            opaque = written.startswith("struct ")
            yield {
                "name": name,
                "section": title,
                "kind": "opaque" if opaque else "integer",
                "c": written,
                "documentation": documentation.describe(),
            }

    def callbacks(self):
        for member, name, title, documentation in self.of("typedef"):
            arguments = plain(member.find("argsstring"))
            if not arguments:
                continue
            result = type_of(plain(member.find("type")).removesuffix("*").strip().removesuffix("("))
            parameters = [{"name": name, "type": type_} for name, type_ in split_parameters(arguments[1:])]
            listed = ", ".join(declare(parameter["type"], parameter["name"]) for parameter in parameters)
            yield {
                "name": name,
                "section": title,
                "declaration": f"typedef {declare(result, '')}(*{name})({listed});",
                "returns": {"type": result},
                "parameters": parameters,
                "documentation": documentation.describe(),
            }

    def enums(self, typedefs):
        integers = {typedef["name"] for typedef in typedefs}
        for member, tag, title, documentation in self.of("enum"):
            values = []
            for value in member.findall("enumvalue"):
                initializer = plain(value.find("initializer")).lstrip("= ")
                if not re.fullmatch(r"-?\d+", initializer):
                    fail(f"{plain(value.find('name'))} has no number of its own: write it into the header")
                own = Documentation(value)
                text = " ".join([own.brief, *own.paragraphs]).strip()
                values.append({"name": plain(value.find("name")), "value": int(initializer), "documentation": text})
            prefix = tag.upper() + "_"
            if not all(value["name"].startswith(prefix) for value in values):
                prefix = prefix.split("_")[0] + "_"
            yield {
                "tag": tag,
                "section": title,
                "type": tag + "_t" if tag + "_t" in integers else "uint32_t",
                "prefix": prefix,
                "values": values,
                "documentation": documentation.describe(),
            }

    def functions(self):
        for member, name, title, documentation in self.of("function"):
            result = type_of(plain(member.find("type")))
            parameters = []
            for parameter in member.findall("param"):
                own_name = plain(parameter.find("declname"))
                if not own_name and plain(parameter.find("type")) == "void":
                    continue
                direction, text = documentation.parameters.pop(own_name, (None, None))
                if direction is None:
                    fail(f"{name}: its parameter {own_name} has no @param with a direction")
                type_ = type_of(plain(parameter.find("type")))
                parameters.append(
                    {"name": own_name, "type": type_, "direction": direction, "documentation": text},
                )
            if documentation.parameters:
                fail(f"{name}: @param of no parameter: {', '.join(documentation.parameters)}")
            listed = ", ".join(declare(parameter["type"], parameter["name"]) for parameter in parameters)
            yield {
                "name": name,
                "section": title,
                "declaration": f"{declare(result, name)}({listed or 'void'});",
                "returns": {
                    "type": result,
                    "documentation": documentation.sections.get("return"),
                    "values": documentation.outcomes,
                },
                "parameters": parameters,
                "documentation": documentation.describe(),
            }

    def describe(self):
        macros = list(self.macros())
        typedefs = list(self.typedefs())
        documentation = Documentation(self.compound)
        version = {macro["name"]: macro["value"] for macro in macros}
        return {
            "format": FORMAT,
            "generated": "by bindings/generate.sh from the public header; do not edit",
            "header": self.compound.find("location").get("file"),
            "version": ".".join(str(version[f"DAEMONCTX_VERSION_{part}"]) for part in ("MAJOR", "MINOR", "PATCH")),
            "documentation": {**documentation.describe(), "topics": documentation.titled},
            "sections": self.sections(),
            "macros": macros,
            "typedefs": typedefs,
            "callbacks": list(self.callbacks()),
            "enums": list(self.enums(typedefs)),
            "functions": list(self.functions()),
        }


def read(header):
    with tempfile.TemporaryDirectory() as directory:
        doxyfile = DOXYFILE.format(header=header, include=header.parent.parent, output=directory)
        done = subprocess.run(["doxygen", "-"], input=doxyfile, capture_output=True, text=True, cwd=directory)
        if done.returncode != 0:
            fail(f"doxygen: {done.stderr.strip()}")
        for compound in ElementTree.parse(f"{directory}/xml/{header.stem}_8h.xml").iter("compounddef"):
            return Header(compound)
    fail(f"doxygen found nothing in {header}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("header", type=pathlib.Path)
    arguments.add_argument("output", type=pathlib.Path)
    arguments = arguments.parse_args()
    description = read(arguments.header.resolve()).describe()
    text = json.dumps(description, indent=2, ensure_ascii=False) + "\n"
    text = re.sub(r"\{\s*\"c\": [^}]*\}", lambda type_: squeeze(type_[0]), text)  # one line a type
    arguments.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
