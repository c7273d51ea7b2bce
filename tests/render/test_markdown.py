from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.render.markdown import escaped, html_of, to_html, to_html_inline, to_plain, to_plain_inline, verbatim
from vlearn.render.tree import parse, with_gaps


class Visible(HTMLParser):
    """The text that a page shows."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = ""
        self.tags: list[str] = []

    def handle_data(self, data: str) -> None:
        self.shown += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


def visible(html: str) -> str:
    page = Visible()
    page.feed(html)
    page.close()
    return page.shown


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("a *b* **c** `d<e`", '<p dir="auto">a <em>b</em> <strong>c</strong> <code>d&lt;e</code></p>\n'),
        ("# a", '<p dir="auto"><strong>a</strong></p>\n'),
        ("<script>alert(1)</script>", '<p dir="auto">&lt;script&gt;alert(1)&lt;/script&gt;</p>\n'),
        ("![a](https://example.org/x.png)", '<p dir="auto">a</p>\n'),
        (
            "[a](https://example.org)",
            '<p dir="auto"><a href="https://example.org" rel="noreferrer">a</a> (https://example.org)</p>\n',
        ),
        ("[a](other.md)", '<p dir="auto">a (other.md)</p>\n'),
        ("[a](javascript:alert)", '<p dir="auto">[a](javascript:alert)</p>\n'),
        ("2. a", '<ol start="2">\n<li dir="auto"><p dir="auto">a</p>\n</li>\n</ol>\n'),
        (
            "| a |\n|---|\n| b |",
            '<table>\n<tr><th scope="col" dir="auto">a</th></tr>\n<tr><td dir="auto">b</td></tr>\n</table>\n',
        ),
        ("```c\nx < y\n```", "<pre><code>x &lt; y</code></pre>\n"),
    ],
)
def test_markdown_becomes_this_html(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("a *b* `c`\nd", "a b c\nd"),
        ("[a](https://example.org)", "a (https://example.org)"),
        ("<https://example.org>", "https://example.org"),
        ("- a\n- b\n  - c", "- a\n- b\n  - c"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("> a\n>\n> b", "> a\n> b"),
        ("| a | b |\n|---|---|\n| c | d |", "a | b\nc | d"),
        ("```\nx\n  y\n```", "x\n  y"),
    ],
)
def test_markdown_becomes_this_plain_text(markdown: str, plain: str) -> None:
    assert to_plain(markdown) == plain


def test_a_gap_becomes_the_control_it_is_given_also_in_code() -> None:
    html = html_of(with_gaps(parse("a [[1]]\n\n    b [[2]]"), 2), lambda n: f"<input name={n}>")
    assert html == '<p dir="auto">a <input name=1></p>\n<pre><code>b <input name=2></code></pre>\n'


TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]) | st.just(" "), min_size=1)


@given(TEXT)
@settings(deadline=None)
def test_escaped_text_is_shown_as_itself_by_every_writer(text: str) -> None:
    text = " ".join(text.split())
    assert visible(to_html_inline(escaped(text))).strip() == text
    assert to_plain_inline(escaped(text)) == text


@given(TEXT | st.text("`a *_<$\\", min_size=1))
@settings(deadline=None)
def test_verbatim_text_shows_every_character_as_it_is(text: str) -> None:
    text = " ".join(text.split())
    assert to_plain_inline(verbatim(text)) == text or not text


@given(st.text(alphabet=st.sampled_from("<>&'\"/ =!-[]()`*_\n#scriptonload")))
@settings(deadline=None)
def test_no_markdown_yields_an_element_that_we_do_not_write(markdown: str) -> None:
    page = Visible()
    page.feed(to_html(markdown))
    page.close()
    known = {
        "p",
        "em",
        "strong",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "hr",
        "br",
        "a",
        "table",
        "tr",
        "th",
        "td",
    }
    assert set(page.tags) <= known
