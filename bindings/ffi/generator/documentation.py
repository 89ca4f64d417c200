"""Read what Doxygen's XML says of one comment: its sentences in Markdown, and what its commands tell apart."""

import sys
import xml.etree.ElementTree as ElementTree

INLINE = {"computeroutput": "`", "emphasis": "*", "bold": "**", "ref": "", "ulink": ""}

# Doxygen takes `a 'b'` for a quotation that ends at the first apostrophe. What it made of that is taken back.
QUOTES = {"lsquo": "`", "rsquo": "'", "ldquo": '"', "rdquo": '"', "ndash": "--", "mdash": "---"}

SECTIONS = ("return", "since", "see", "par", "note", "warning", "attention")


def fail(reason):
    sys.exit(f"describe_api: {reason}")


def squeeze(text):
    return " ".join(text.split())


def inline(element):
    """The text of an element in Markdown, without what follows its end tag."""
    parts = [element.text or ""]
    for child in element:
        if child.tag in QUOTES:
            parts.append(QUOTES[child.tag])
        elif child.tag in INLINE or child.tag == "para":
            mark = INLINE.get(child.tag, "")
            parts.append(mark + inline(child) + mark)
        else:
            fail(f"the header uses <{child.tag}>, which this generator does not know: teach it")
        parts.append(child.tail or "")
    return "".join(parts)


def plain(element):
    return squeeze("".join(element.itertext())) if element is not None else ""


class Documentation:
    """What a comment says: its paragraphs, and its @param, @retval, @return, @since, @see and @par."""

    def __init__(self, element):
        self.brief = squeeze(inline(element.find("briefdescription")))
        self.paragraphs = []
        self.threads = None
        self.parameters = {}
        self.outcomes = []
        self.sections = {}
        self.titled = []
        for para in element.find("detaileddescription"):
            self._read(para)

    def _read(self, para):
        pieces = [para.text or ""]
        for child in para:
            if child.tag in ("parameterlist", "simplesect", "itemizedlist"):
                self._end_of_paragraph(pieces)
                self._block(child)
                pieces = [child.tail or ""]
            else:
                wrapper = ElementTree.Element("para")
                wrapper.append(child)  # with its tail
                pieces.append(inline(wrapper))
        self._end_of_paragraph(pieces)

    def _end_of_paragraph(self, pieces):
        text = squeeze("".join(pieces))
        if text.startswith("Threads: "):
            self.threads = text.removeprefix("Threads: ")
        elif text:
            self.paragraphs.append(text)

    def _block(self, block):
        if block.tag == "itemizedlist":
            self.paragraphs.append("\n".join("- " + squeeze(inline(item)) for item in block))
        elif block.tag == "parameterlist":
            for item in block:
                name = item.find("parameternamelist/parametername")
                text = squeeze(inline(item.find("parameterdescription")))
                if block.get("kind") == "param":
                    self.parameters[plain(name)] = (name.get("direction"), text)
                elif block.get("kind") == "retval":
                    self.outcomes.append({"value": plain(name), "documentation": text})
                else:
                    fail(f"a list of {block.get('kind')} is not known to this generator")
        else:
            kind = block.get("kind")
            if kind not in SECTIONS:
                fail(f"the section @{kind} is not known to this generator")
            text = squeeze(" ".join(inline(para) for para in block.findall("para")))
            if kind == "par":
                self.titled.append({"title": plain(block.find("title")), "text": text})
            elif kind in self.sections:
                fail(f"two sections @{kind} in one comment")
            else:
                self.sections[kind] = text

    def describe(self):
        return {
            "brief": self.brief,
            "details": self.paragraphs,
            "threads": self.threads,
            "since": self.sections.get("since"),
            "see": self.sections.get("see"),
        }
