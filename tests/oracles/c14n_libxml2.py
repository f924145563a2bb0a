#!/usr/bin/env python3
"""Compares the canonical forms with libxml2's on random documents.

    python3 -m venv VENV && VENV/bin/pip install lxml
    VENV/bin/python tests/oracles/c14n_libxml2.py --cases 20000 --seed 1

lxml brings libxml2 along; its C functions are called directly, because lxml itself offers no
canonical form of a subtree that sees the ancestors, and no Canonical XML 1.1.

Not part of `cargo test`. Not generated, because libxml2 is known to render or refuse them wrongly:
`&` in a namespace name (2.9.14 leaves it unescaped), characters beyond ASCII in one (refused as if
it were relative), and `xml:base` values with dots.
"""

import argparse
import base64
import ctypes
import json
import random
import subprocess
import sys
import tempfile

from lxml import etree

METHODS = [  # identifier, its suffix with comments, libxml2's mode
    ("http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "#WithComments", 0),
    ("http://www.w3.org/2001/10/xml-exc-c14n#", "WithComments", 1),
    ("http://www.w3.org/2006/12/xml-c14n11", "#WithComments", 2),
]
EXCLUSIVE = 1
SUBSTITUTE_ENTITIES = 2

PREFIXES = ["", "", "p", "q", "xs", "A", "é", "a-b"]
NAMESPACES = ["urn:1", "urn:2", "urn:3", "http://h/?a=1;b='2'", "urn:%C3%A9"]
NAMES = ["a", "b", "Z", "é", "_-.", "a1"]
XML_ATTRIBUTES = ["xml:lang", "xml:space", "xml:id", "xml:base"]
XML_VALUES = ["en", "de", "preserve", "http://h/x/"]
TEXTS = [
    "x", "é𝄞", "\u0085\u2028", "]]", "'", "> ", "\t", "\n", "\r\n", "\r", "\u007f", "&amp;", "&lt;",
    "&gt;", "&quot;", "&apos;", "&#13;", "&#10;", "&#9;", "&#x20;", "&#x85;",
]
SECTIONS = ["", "x", "<a>&amp;", "\r\n"]
INSTRUCTIONS = ["p", "p  x y ", "p <a/>", "a-b\n&\n;"]
COMMENTS = ["", " c ", "<a>", "&amp;]]>", "x\r\ny"]
SPACES = ["", "", " ", "\n", "\t "]


class Writer:
    """Writes one random document, well-formed by construction."""

    def __init__(self, choices):
        self.choices = choices
        self.text = ""
        self.ids = 0

    def document(self):
        self.beside_root()
        self.element({"": ""}, 0)
        self.beside_root()
        return self.text

    def beside_root(self):
        for _ in range(self.choices.randrange(3)):
            self.choices.choice([self.comment, self.instruction])()
            self.text += self.choices.choice(SPACES)

    def comment(self):
        self.text += f"<!--{self.choices.choice(COMMENTS)}-->"

    def instruction(self):
        self.text += f"<?{self.choices.choice(INSTRUCTIONS)}?>"

    def element(self, outer, depth):
        scope = dict(outer)
        parts = []
        for prefix in dict.fromkeys(self.choices.choices(PREFIXES, k=self.choices.randrange(4))):
            undeclares = prefix == "" and self.choices.random() < 0.3
            scope[prefix] = "" if undeclares else self.choices.choice(NAMESPACES)
            parts.append(f'xmlns{":" if prefix else ""}{prefix}="{scope[prefix]}"')
        parts += self.attributes(scope)
        self.choices.shuffle(parts)
        name = self.qualified(self.choices.choice(sorted(scope)))
        self.text += " ".join([f"<{name}"] + parts) + self.choices.choice(SPACES)
        if self.choices.random() < 0.15:
            self.text += "/>"
            return
        self.text += ">"
        for _ in range(self.choices.randrange(6)):
            self.child(scope, depth)
        self.text += f"</{name}{self.choices.choice(SPACES)}>"

    def attributes(self, scope):
        seen, written = set(), []
        if self.choices.random() < 0.6:
            self.ids += 1
            written.append(f'ID="t{self.ids}"')
        for _ in range(self.choices.randrange(4)):
            if self.choices.random() < 0.3:
                name = key = self.choices.choice(XML_ATTRIBUTES)
                value = self.choices.choice(XML_VALUES)
                if name == "xml:id":
                    self.ids += 1
                    value = f"i{self.ids}"
                if name == "xml:base":
                    value = "http://h/x/"
            else:
                prefix = self.choices.choice(sorted(scope))
                name = self.qualified(prefix)
                key = (scope[prefix] if prefix else "", name.split(":")[-1])
                value = "".join(self.choices.choices(TEXTS, k=self.choices.randrange(4)))
            if key not in seen:
                seen.add(key)
                value = value.replace("'", "")
                written.append(f"{name}='{value}'")
        return written

    def qualified(self, prefix):
        local = self.choices.choice(NAMES)
        return f"{prefix}:{local}" if prefix else local

    def child(self, scope, depth):
        kind = self.choices.randrange(8)
        if kind < 3 and depth < 6:
            self.element(scope, depth + 1)
        elif kind == 3:
            self.comment()
        elif kind == 4:
            self.instruction()
        elif kind == 5:
            self.text += f"<![CDATA[{self.choices.choice(SECTIONS)}]]>"
        else:
            text = self.choices.choice(TEXTS)
            ends_section = text.startswith(">") and self.text.endswith("]]")
            self.text += "x" if ends_section else text


class NodeSetObject(ctypes.Structure):
    """The head of libxml2's `xmlXPathObject`."""

    _fields_ = [("type", ctypes.c_int), ("nodes", ctypes.c_void_p)]


class LibXml2:
    """The four functions of libxml2 that are needed."""

    def __init__(self):
        library = ctypes.CDLL(etree.__file__)
        pointer = ctypes.c_void_p
        self.read = library.xmlReadMemory
        self.read.restype = pointer
        self.read.argtypes = [ctypes.c_char_p, ctypes.c_int, pointer, pointer, ctypes.c_int]
        self.context = library.xmlXPathNewContext
        self.context.restype = pointer
        self.context.argtypes = [pointer]
        self.evaluate = library.xmlXPathEvalExpression
        self.evaluate.restype = ctypes.POINTER(NodeSetObject)
        self.evaluate.argtypes = [ctypes.c_char_p, pointer]
        self.dump = library.xmlC14NDocDumpMemory
        self.dump.argtypes = [
            pointer, pointer, ctypes.c_int, pointer, ctypes.c_int, ctypes.POINTER(pointer),
        ]
        self.free_document = library.xmlFreeDoc
        self.free_document.argtypes = [pointer]

    def canonical(self, text, target, mode, comments, prefixes):
        """The octets. What libxml2 allocates for XPath is not given back: this process is short."""
        octets = text.encode()
        document = self.read(octets, len(octets), None, None, SUBSTITUTE_ENTITIES)
        nodes = None
        if target is not None:
            expression = f"(//. | //@* | //namespace::*)[ancestor-or-self::*[@ID='{target}']]"
            nodes = self.evaluate(expression.encode(), self.context(document)).contents.nodes
        names = [name.encode() for name in prefixes] + [None]
        array = (ctypes.c_char_p * len(names))(*names)
        out = ctypes.c_void_p()
        length = self.dump(document, nodes, mode, array, int(comments), ctypes.byref(out))
        if length < 0:
            raise ValueError(f"no canonical form of {text!r}")
        result = ctypes.string_at(out, length)
        self.free_document(document)
        return result


def case(libxml2, choices, number):
    """One line for the conformance runner."""
    writer = Writer(choices)
    text = writer.document()
    target = None
    if writer.ids and choices.random() < 0.8:
        ids = [f"t{number}" for number in range(1, writer.ids + 1) if f'ID="t{number}"' in text]
        target = choices.choice(ids) if ids else None
    uri, suffix, mode = choices.choice(METHODS)
    comments = choices.random() < 0.5
    prefixes = []
    if mode == EXCLUSIVE and choices.random() < 0.5:
        prefixes = choices.sample(["#default", "p", "q", "xs", "A", "é"], choices.randrange(1, 4))
    octets = libxml2.canonical(text, target, mode, comments, prefixes)
    return {
        "id": number,
        "doc_b64": base64.b64encode(text.encode()).decode(),
        "target_id": target,
        "id_attr": "ID",
        "alg": uri + (suffix if comments else ""),
        "prefix_list": prefixes,
        "expected_b64": base64.b64encode(octets).decode(),
    }


def show(wanted, found):
    octets = [base64.b64decode(text) for text in (wanted["doc_b64"], wanted["expected_b64"])]
    ours = base64.b64decode(found["octets_b64"]) if "octets_b64" in found else found
    print(wanted["id"], wanted["alg"], wanted["target_id"], wanted["prefix_list"])
    print("  document", octets[0], "\n  libxml2 ", octets[1], "\n  ours    ", ours)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--cases", type=int, default=20000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--runner", help="a conformance binary; otherwise cargo builds one")
    arguments = arguments.parse_args()
    choices = random.Random(arguments.seed)
    libxml2 = LibXml2()
    cases = [case(libxml2, choices, number) for number in range(arguments.cases)]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps(case) + "\n" for case in cases)
        file.flush()
        cargo = ["cargo", "run", "--quiet", "--release", "--example", "conformance", "--"]
        command = [arguments.runner] if arguments.runner else cargo
        run = subprocess.run(command + ["c14n", file.name], check=True, capture_output=True)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    pairs = list(zip(cases, answers, strict=True))
    differing = [pair for pair in pairs if pair[1].get("octets_b64") != pair[0]["expected_b64"]]
    for wanted, found in differing[:5]:
        show(wanted, found)
    print(f"libxml2 {'.'.join(map(str, etree.LIBXML_VERSION))}: {len(differing)} of {len(cases)} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
