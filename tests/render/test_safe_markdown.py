"""Jupyter's readers of Markdown are stood in for here by their published rules: a splitter that takes TeX out of the
source, Markdown with HTML switched on, and MathJax's delimiters between elements."""

import re
from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from vlearn.render.markdown import escaped
from vlearn.render.safe_markdown import code_block, literal, to_safe_markdown, to_safe_markdown_inline

GITHUB = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
TEX_IN_SOURCE = re.compile(r"\$|\\\\[(\[]|\\begin\{")
TEX_ON_PAGE = re.compile(r"\$.*?\$|\\\(.*?\\\)|\\\[.*?\\\]|\\begin\{|\\\$", re.DOTALL)
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</textarea>",
    '#read("/etc/passwd")',
    "#panic()",
    "$x$ $$y$$ \\$5 and $6",
    "\\(x\\) \\[y\\] \\\\(z\\\\)",
    "\\begin{equation}z\\end{equation}",
    "🙂 👩‍👩‍👧 שלום مرحبا",
    "back\\slash \\n",
    "tick ` tick `` ```",
    "{{jinja}} {% x %} [[1]]",
    "a_b_c *d* ~~e~~ __f__",
    "&amp; &lt; &#36;",
    "@@0@@",
    "1. one",
    "2) two",
    "# not a heading",
    "- list",
    "+ list",
    "===",
    "| a | b |",
    "![a](https://example.org/x.png)",
    "$ echo $HOME",
]


class Shown(HTMLParser):
    """The text of a page; pieces outside of code apart, as MathJax searches them."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.searched = [""]
        self.code = 0
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.text += "\n" * (tag == "br")
        self.searched.append("")
        self.code += tag in ("code", "pre")

    def handle_endtag(self, tag: str) -> None:
        self.searched.append("")
        self.code -= tag in ("code", "pre")

    def handle_data(self, data: str) -> None:
        self.text += data
        if not self.code:
            self.searched[-1] += data


def rendered(source: str) -> Shown:
    page = Shown()
    page.feed(GITHUB.render(source))
    page.close()
    return page


def sources(text: str) -> list[tuple[str, str]]:
    """The text as a paragraph, a list item, a table cell, a code span and a code block, with what each must show."""
    return [
        (to_safe_markdown(escaped(text)), text),
        (f"- **A** {to_safe_markdown_inline(escaped(text))}", f"A {text}"),
        (f"| h |\n|---|\n| {literal(text)} |", f"h {text}"),
        (to_safe_markdown(f"~~~~\n{text}\n~~~~"), text),
        (to_safe_markdown(f"````` {text} `````"), text),
        (code_block(text, "python"), text),
    ]


HARMLESS = {"p", "span", "code", "pre", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td"}


def obeyed(text: str) -> list[str]:
    """The sources in which Jupyter would do anything with the text but show it."""
    return [source for source, expected in sources(text) if not _shows(source, expected)]


def _shows(source: str, expected: str) -> bool:
    page = rendered(source)
    as_itself = " ".join(page.text.split()) == " ".join(expected.split())
    tex = any(TEX_ON_PAGE.search(piece) for piece in page.searched) or TEX_IN_SOURCE.search(source)
    return as_itself and page.tags <= HARMLESS and not tex


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_jupyter_would_obey_is_shown_as_itself(text: str) -> None:
    assert obeyed(text) == []


@given(st.text(alphabet=st.sampled_from("ab1 $\\()[]{}<>&*_`~|#+-=.:!@\"'")).filter(lambda t: t.strip()))
@settings(deadline=None, max_examples=300)
def test_any_text_is_shown_as_itself(text: str) -> None:
    assert obeyed(" ".join(text.split())) == []


@pytest.mark.parametrize(
    "markdown",
    [
        "a *b* **c** `d` [e](https://example.org)",
        "- a\n- b\n\n  c\n- d\n  1. e\n  2. f",
        "> a\n>\n> b",
        "| a | `b|c` |\n|---|---|\n| d | *e* |",
        "```\na\n\n  b $x$\n```",
        "# a\n\nb  \nc",
    ],
)
def test_structure_survives(markdown: str) -> None:
    ours = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    page, original = rendered(to_safe_markdown(markdown)), Shown()
    original.feed(ours)
    words = page.text.replace("(https://example.org)", "").split()
    assert words == original.text.split()
    assert page.tags - {"p", "span", "strong"} == original.tags - {"p", "span", "a", "h1", "strong"}


def test_plain_code_keeps_its_fence_and_language() -> None:
    assert code_block("x = {1: 2}  # ~a", "python") == "```python\nx = {1: 2}  # ~a\n```"
    assert code_block("graph", "mermaid") == "```\ngraph\n```"
    assert "<pre>" in code_block("echo $HOME")


def test_ordinary_prose_is_left_as_it_is() -> None:
    prose = 'How many references does a walk need? (4 + 1) × (4 + 1) − 1 = 24; "yes", 50 % of it.'
    assert to_safe_markdown(prose) == prose
    assert escape(prose, quote=False) == prose
