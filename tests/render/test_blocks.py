"""One value of every kind of block through all three writers."""

import base64
import re
from html.parser import HTMLParser

from vlearn.blocks import Block, Chart, Code, Figure, Series, Table, Text
from vlearn.render.html import to_html
from vlearn.render.jupyter import to_markdown
from vlearn.render.text import to_text

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script><text>CR3</text></svg>'
BLOCKS: tuple[Block, ...] = (
    Text("a *b* <script>"),
    Code("x < 1 && $y", "python"),
    Table(("bit", "<name>"), (("0", "*P*"), ("1", "a|b")), "Low bits"),
    Figure(SVG, 'CR3 & "EPTP"', "A *drawing*"),
    Chart("C", "x", "y", (Series("s", (1.0, 2.0), (3.0, 4.0)),)),
)
VOID = {"br", "hr", "img", "input", "meta"}


class Balanced(HTMLParser):
    """Raises where an element is closed that is not the one that is open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_well_formed_and_names_its_drawings_and_columns() -> None:
    page = Balanced()
    page.feed(to_html(BLOCKS))
    page.close()
    assert not page.open
    drawings = [attrs for tag, attrs in page.seen if tag == "svg"]
    assert [d["role"] for d in drawings] == ["img", "img"]
    assert drawings[0]["aria-label"] == 'CR3 & "EPTP"'
    assert (drawings[1]["aria-label"] or "").startswith("Line chart: C.")
    assert all(attrs.get("scope") == "col" for tag, attrs in page.seen if tag == "th")
    assert "script" not in {tag for tag, _ in page.seen}
    assert "<caption>Low bits</caption>" in to_html(BLOCKS)
    assert '<td dir="auto">*P*</td>' in to_html(BLOCKS)


def test_a_chart_brings_its_numbers_as_a_table() -> None:
    html = to_html(BLOCKS[-1:])
    assert "<details><summary>The numbers of this chart</summary>" in html
    assert '<tr><td dir="auto">2</td><td dir="auto">4</td></tr>' in html


def test_plain_text_leaves_nothing_unsaid() -> None:
    assert to_text(BLOCKS) == (
        "a b <script>\n\nx < 1 && $y\n\nLow bits\nbit  <name>\n---  ------\n0    *P*\n1    a|b\n\n"
        '[Figure: CR3 & "EPTP"]\nA *drawing*\n\n[Line chart: C. Across: x. Up: y. s: 1: 3; 2: 4.]'
    )


def test_a_notebook_gets_drawings_as_images_that_cannot_act() -> None:
    markdown = to_markdown(BLOCKS)
    images = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)"', markdown)
    assert images[0][1] == "CR3 &#38; &#34;EPTP&#34;"
    drawing = base64.b64decode(images[0][0]).decode()
    assert "CR3" in drawing
    assert "script" not in drawing
    assert "| 0 | &#42;P&#42; |\n| 1 | a&#124;b |" in markdown
    assert "<pre><code>x &#60; 1 &#38;&#38; &#36;y</code></pre>" in markdown
