"""Makes a drawing safe to stand inside a page or a PDF: only known elements and attributes, and nothing from outside.

Drawings come from our own views and from bank files, so they are read as untrusted: no document type (hence no
entities), no script, style sheet, foreign object, event handler or reference to anything but the drawing itself. An
image may stand in one if it is a PNG or JPEG picture that the drawing holds; see `vlearn.render.raster`.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import TypeGuard
from xml.etree import ElementTree as ET

from vlearn.errors import ExportError
from vlearn.render import raster

SVG = "{http://www.w3.org/2000/svg}"


DEEPEST = 60
"""How deep elements may be nested; hostile drawings would else exhaust the stack."""

MOST = 50_000
"""Elements there may be once all references are followed: a few lines of `<use>` can stand for any number."""

IMAGES = 50
"""Images there may be, counted likewise."""


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


ELEMENTS = _names(
    """svg g defs symbol use image title desc path rect circle ellipse line polyline polygon text tspan marker clipPath
    mask linearGradient radialGradient stop pattern"""
)
PRESENTATION = _names(
    """fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap
    stroke-linejoin stroke-miterlimit opacity color display visibility clip-path clip-rule mask marker-start marker-mid
    marker-end stop-color stop-opacity font-family font-size font-style font-weight text-anchor dominant-baseline
    alignment-baseline baseline-shift letter-spacing word-spacing text-decoration direction unicode-bidi paint-order
    vector-effect shape-rendering text-rendering"""
)
ATTRIBUTES = PRESENTATION | _names(
    """class viewBox preserveAspectRatio width height x y x1 y1 x2 y2 dx dy cx cy r rx ry d points transform rotate
    markerWidth markerHeight markerUnits orient refX refY offset gradientUnits gradientTransform spreadMethod fx fy
    patternUnits patternContentUnits patternTransform clipPathUnits maskUnits textLength lengthAdjust"""
)
_IMAGE = f"{SVG}image"
_LINKS = ("href", "{http://www.w3.org/1999/xlink}href")
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile(r"url\(([^()]*)\)", re.IGNORECASE)
_OWN = re.compile(r"#([^\s()]+)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def parse_svg(svg: str, name: str) -> ET.Element:
    """The drawing without what is not allowed, its ids made its own; `name` is how an error calls it."""
    if "<!" in _COMMENT.sub("", svg):
        raise ExportError(f"figure {name!r}: an SVG may have no document type, entities or CDATA")
    try:
        root = ET.fromstring(svg)  # without a document type there is nothing to expand
    except (ET.ParseError, UnicodeEncodeError) as error:
        raise ExportError(f"figure {name!r}: its SVG is not well-formed XML: {error}") from None
    if root.tag != f"{SVG}svg":
        raise ExportError(f'figure {name!r}: its root is not <svg xmlns="http://www.w3.org/2000/svg">')
    if _depth(root) > DEEPEST:
        raise ExportError(f"figure {name!r}: its SVG is nested deeper than {DEEPEST} elements")
    _clean(root, prefix=f"s{sha256(svg.encode()).hexdigest()[:8]}-")
    if _repeats_too_much(root):
        most = f"more than {MOST} elements or {IMAGES} images"
        raise ExportError(f"figure {name!r}: drawn in full, its SVG would have {most}")
    return root


def sayable(text: str) -> str:
    """The text with a replacement character for every character that XML 1.0 cannot say."""
    return _UNSAYABLE.sub("\ufffd", text)


def write_svg(root: ET.Element) -> str:
    """The drawing as text, in the default namespace."""
    for element in root.iter():
        element.tag = str(element.tag).removeprefix(SVG)
    root.set("xmlns", SVG[1:-1])
    return ET.tostring(root, encoding="unicode", short_empty_elements=True)


def _depth(root: ET.Element) -> int:
    """Counted row by row, without recursion."""
    depth, row = 0, [root]
    while row:
        depth, row = depth + 1, [child for element in row for child in element]
    return depth


def _repeats_too_much(root: ET.Element) -> bool:
    named = {element.get("id"): element for element in root.iter()}
    left, count = [root], 0
    while left and count <= MOST:
        element = left.pop()
        count += MOST // IMAGES if element.tag == _IMAGE else 1
        left += element
        values = " ".join(value for name, value in element.attrib.items() if name == "href" or "url" in value)
        left += (named[target] for target in _OWN.findall(values) if target in named)
    return count > MOST


def _clean(element: ET.Element, prefix: str) -> None:
    element.attrib = dict(_attributes(element, prefix))
    for child in list(element):
        if _allowed(child.tag) and (child.tag != _IMAGE or any(_picture(child.get(link, "")) for link in _LINKS)):
            _clean(child, prefix)
        else:
            element.remove(child)


def _picture(link: str) -> str | None:
    """The link if it is a picture that a drawing may hold, written anew from what the picture is."""
    try:
        held = raster.embedded(link)
        return raster.address(held) if held else None
    except ValueError:
        return None


def _allowed(tag: object) -> TypeGuard[str]:
    return isinstance(tag, str) and tag.startswith(SVG) and tag.removeprefix(SVG) in ELEMENTS


def _attributes(element: ET.Element, prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        if name == "id":
            yield name, prefix + value
        elif name in _LINKS and value.startswith("#"):
            yield "href", f"#{prefix}{value[1:]}"
        elif name in _LINKS and element.tag == _IMAGE and (picture := _picture(value)):
            yield "href", picture
        elif name in ATTRIBUTES and (local := _local(value, prefix)):
            yield name, local
    # A style attribute becomes the attributes it stands for, for a page may forbid styles; it overrides them.
    for declaration in element.get("style", "").split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name in PRESENTATION and (local := _local(value, prefix)):
            yield name, local


def _local(value: str, prefix: str) -> str | None:
    """The value with its references made the drawing's own; None if it refers outside or hides something."""
    if "\\" in value or any(not _target(inside).startswith("#") for inside in _REFERENCE.findall(value)):
        return None
    local = _REFERENCE.sub(lambda found: f"url(#{prefix}{_target(found[1])[1:]})", value)
    return None if "url" in _REFERENCE.sub("", local).lower() else local


def _target(inside: str) -> str:
    """What stands in the parentheses of `url()`, without quotes around it."""
    target = inside.strip()
    return target[1:-1] if len(target) > 1 and target[0] in "'\"" and target[0] == target[-1] else target
