"""XML of unknown origin as a tree with line numbers: no document type, no entities, nothing from outside, no bombs."""

import io
from dataclasses import dataclass, field
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import Locator

import defusedxml.sax
from defusedxml import DefusedXmlException

from vlearn.errors import BankError
from vlearn.questions.importing.imported import LIMIT

DEEPEST = 40
MOST = 500_000
"""Elements that a file may have."""


@dataclass(slots=True)
class Node:
    """An element: its text without that of its children, and the line it begins at."""

    tag: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    def all(self, tag: str) -> list["Node"]:
        """Its children of this name."""
        return [child for child in self.children if child.tag == tag]

    def one(self, tag: str) -> "Node":
        """Its first child of this name; an empty one if there is none."""
        return next(iter(self.all(tag)), Node(tag, self.line))

    def text(self, *path: str) -> str:
        """The text at the end of a path of names, without the space around it."""
        node = self
        for tag in path:
            node = node.one(tag)
        return "".join(node.pieces).strip()


def read_xml(data: bytes) -> Node:
    """The root. BankError says what is wrong with the file, and in which line."""
    if len(data) > LIMIT:
        raise BankError(f"the file has {len(data)} bytes; split it into files of at most {LIMIT}")
    if data.startswith(b"PK"):
        raise BankError("this is a packed file: unpack it and name the XML file in it")
    reader = _Tree()
    try:
        defusedxml.sax.parse(io.BytesIO(data), reader, forbid_dtd=True)
    except DefusedXmlException:
        raise BankError(
            f"line {reader.line()}: the file has a document type, whose entities are not read: remove `<!DOCTYPE ...>`"
        ) from None
    except SAXParseException as error:
        raise BankError(f"line {error.getLineNumber()}: not well-formed XML: {error.getMessage()}") from None
    except (SAXException, ValueError, LookupError) as error:  # an unknown or impossible encoding
        raise BankError(f"line {reader.line()}: not XML: {error}") from None
    return reader.open[0].children[0]


class _Tree(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("", 1)]
        self.count = 0
        self.locator: Locator | None = None

    def line(self) -> int:
        return (self.locator and self.locator.getLineNumber()) or 1

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802  the handler's name
        self.locator = locator

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802
        self.count += 1
        if len(self.open) > DEEPEST or self.count > MOST:
            raise BankError(
                f"line {self.line()}: elements nested deeper than {DEEPEST}, or more than {MOST} of them: "
                f"this is no export of a question bank"
            )
        node = Node(name, self.line(), dict(attrs.items()))  # type: ignore[attr-defined]
        self.open[-1].children.append(node)
        self.open.append(node)

    def endElement(self, name: str) -> None:  # noqa: N802
        self.open.pop()

    def characters(self, content: str) -> None:
        self.open[-1].pieces.append(content)
