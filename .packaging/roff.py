# SPDX-License-Identifier: MIT

"""Texts and parts of articles in the language of manual pages (man(7))."""

import re
import textwrap

_CHARACTERS = {"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti"}


def literal(text):
    """What is typed: each character as it is."""
    return "".join(_CHARACTERS.get(character, character) for character in text)


def code(text):
    return f"\\fB{literal(text)}\\fR"


def prose(text):
    """Words: hyphens between letters are hyphens, others are minus signs or parts of names."""
    text = text.replace("\\", "\\e").replace("^", "\\(ha").replace("~", "\\(ti")
    text = text.replace(" … ", " \\&... ").replace("…", "\\&...")
    return re.sub(r"(?<![A-Za-z])-|-(?![A-Za-z])", r"\\-", text)


# What is typed within words: between backquotes, or an option.
_TYPED = re.compile(r"`([^`]+)`|(?<![\w-])(--[a-z](?:[a-z0-9-]*[a-z0-9])?|-o)\b")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)|<doc:([A-Za-z]+)>")


def inline(text):
    text = _LINK.sub(lambda m: m[1] or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", m[2]), text)
    parts, end = [], 0
    for match in _TYPED.finditer(text):
        parts += [prose(text[end : match.start()]), code(match[1] or match[2])]
        end = match.end()
    return "".join(parts) + prose(text[end:])


def flow(text):
    """Lines of a text: each sentence begins one, and none is longer than 80 characters."""
    lines = []
    for sentence in re.split(r"(?<=[.?!:]) +(?=[A-Z`(])", " ".join(text.split())):
        for line in textwrap.wrap(inline(sentence), 78, break_long_words=False, break_on_hyphens=False):
            lines.append("\\&" + line if line[0] in ".'" else line)
    return lines


def paragraph(text):
    return [".PP"] + flow(text)


def item(tag, text):
    return [".TP", tag] + flow(text)


def example(command):
    return [".PP", ".nf", ".RS", literal(command), ".RE", ".fi"]


def synopsis(command, usages):
    """Lines such as `overlap align <reference> <other> ... [<options>]`, of one command."""
    lines = [".SH SYNOPSIS"]
    for usage in usages:
        words = re.sub(
            r"<([^>]+)>|(?<![\w-])(--?[a-z][a-z-]*)",
            lambda match: f"\\fI{literal(match[1])}\\fR" if match[1] else code(match[2]),
            usage,
        )
        lines += [".br"] * (len(lines) > 1) + [code(command) + " " + words.replace("...", "\\&...")]
    return lines


def page(lines):
    """The text of a page; after a heading a paragraph begins by itself."""
    kept = [
        line
        for before, line in zip([""] + lines, lines)
        if line != ".PP" or not before.startswith((".SH", ".SS"))
    ]
    return "\n".join(kept) + "\n"


def see_also(pages):
    return [".SH SEE ALSO"] + [
        f".BR {literal(page)} (1)" + ("," if page != pages[-1] else "") for page in pages
    ]


class Article:
    """An article of the documentation: its sections, and the rows of its tables."""

    def __init__(self, text):
        self.table = []
        self.sections = {}
        for section in re.split(r"^## ", text, flags=re.M)[1:]:
            title, _, content = section.partition("\n")
            self.sections[title] = self._blocks(content)

    def _blocks(self, content):
        lines = []
        for block in content.strip().split("\n\n"):
            if block.startswith("|"):
                rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in block.split("\n")]
                self.table += [tuple(row) for row in rows[2:]]
            else:
                lines += paragraph(block)
        return lines
