"""What a drawing's text says about its geometry: where its boxes and words are, and which of them collide.

Widths are those of DejaVu Sans, the widest of the fonts a drawing names, so what fits here fits in the others.
"""

from dataclasses import dataclass
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
_NARROW, _WIDE = set("iljtfrI.,:;'|!()[] -/"), set("mwMWQO@%")


@dataclass(frozen=True)
class Area:
    left: float
    top: float
    right: float
    bottom: float
    words: str = ""

    def holds(self, other, slack=0.5):
        return (
            self.left - slack <= other.left
            and other.right <= self.right + slack
            and self.top - slack <= other.top
            and other.bottom <= self.bottom + slack
        )

    def meets(self, other, slack=0.5):
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > slack and min(self.bottom, other.bottom) - max(self.top, other.top) > slack


def root_of(svg):
    return ET.fromstring(svg)


def page_of(root):
    left, top, width, height = map(float, root.get("viewBox").split())
    return Area(left, top, left + width, top + height)


def boxes_of(root):
    for rect in root.iter(f"{SVG}rect"):
        x, y, width, height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        yield Area(x, y, x + width, y + height)


def discs_of(root):
    for disc in root.iter(f"{SVG}circle"):
        x, y, r = (float(disc.get(name)) for name in ("cx", "cy", "r"))
        yield Area(x - r, y - r, x + r, y + r)


def texts_of(root):
    for text in root.iter(f"{SVG}text"):
        if not text.text:
            continue
        x, y, size = float(text.get("x")), float(text.get("y")), float(text.get("font-size", root.get("font-size")))
        width = size * width_of(text.text, "Mono" in text.get("font-family", ""), text.get("font-weight") == "bold")
        left = {"start": x, "middle": x - width / 2, "end": x - width}[text.get("text-anchor", "start")]
        yield Area(left, y - 0.72 * size, left + width, y + 0.02 * size, text.text)


def width_of(words, mono, bold):
    if mono:
        return 0.602 * len(words)
    each = (0.34 if c in _NARROW else 0.86 if c in _WIDE else 0.66 if c.isupper() else 0.6 for c in words)
    return sum(each) * (1.1 if bold else 1)


def collisions(svg):
    """Every pair of things that must not meet, in words; a drawing without faults has none."""
    root = root_of(svg)
    page, boxes, discs, texts = page_of(root), list(boxes_of(root)), list(discs_of(root)), list(texts_of(root))
    found = [f"outside the page: {area}" for area in (*boxes, *discs, *texts) if not page.holds(area)]
    found += [f"{a.words!r} meets {b.words!r}" for n, a in enumerate(texts) for b in texts[:n] if a.meets(b)]
    found += [f"too small to read: {t.text!r}" for t in root.iter(f"{SVG}text") if float(t.get("font-size", 12)) < 9]
    for text in texts:
        around = [box for box in boxes if box.meets(text)]
        found += [f"{text.words!r} sticks out of its box" for box in around if not box.holds(text)]
        found += [f"{text.words!r} lies under a disc" for disc in discs if disc.meets(text) and not disc.holds(text, 2)]
    return found
