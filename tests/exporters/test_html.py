import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from exporters import html
from vlearn.exams.form import Form
from vlearn.questions.model import KINDS

VOID = {"br", "hr", "img", "input", "meta"}
LOADERS = {"script", "link", "img", "iframe", "object", "embed", "base", "image", "video", "audio", "source"}


class Page(HTMLParser):
    """A page's elements with their attributes; closing an element that is not open fails."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None], tuple[str, ...]]] = []
        self.feed(text)
        self.close()
        assert not self.stack

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), tuple(self.stack)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), tuple(self.stack)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs, _ in self.elements if tag in tags]


@pytest.fixture(scope="module", params=["paper", "key"])
def text(request: pytest.FixtureRequest, form: Form) -> str:
    return (html.paper(form.paper) if request.param == "paper" else html.key(form)).decode()


def test_every_element_is_closed_and_every_id_is_its_own(text: str) -> None:
    ids = [attrs["id"] for _, attrs, _ in Page(text).elements if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_nothing_is_loaded_or_run(text: str) -> None:
    page = Page(text)
    assert not page.all(*LOADERS)
    assert not [name for _, attrs, _ in page.elements for name in attrs if name.startswith("on") or name == "action"]
    assert "url(" not in text.replace("url(#", "")
    assert "@import" not in text
    (policy,) = [m for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in (policy["content"] or "")


def test_a_page_has_a_language_a_title_one_first_heading_and_a_way_past_its_head(text: str) -> None:
    page = Page(text)
    assert page.all("html") == [{"lang": "en"}]
    assert "<title>Nested paging, Form A" in text
    assert [tag for tag, _, _ in page.elements if tag in ("h1", "h2")] == ["h1"] + ["h2"] * len(KINDS)
    assert page.all("a")[0]["href"] == "#questions"
    assert [attrs.get("id") for attrs in page.all("main")] == ["questions"]


def test_every_control_has_a_label_and_stands_in_a_named_group(form: Form) -> None:
    page = Page(html.paper(form.paper).decode())
    labelled = {attrs.get("for") for attrs in page.all("label")}
    controls = [e for e in page.elements if e[0] in ("input", "select", "textarea")]
    assert len(controls) == 3 + 35
    for _, attrs, around in controls:
        assert attrs.get("aria-label") or "label" in around or attrs.get("id") in labelled, attrs
    assert len(page.all("fieldset")) == len(page.all("legend")) == len(KINDS) + 1


def test_columns_and_rows_of_tables_are_named(text: str) -> None:
    assert all(attrs.get("scope") in ("col", "row") for attrs in Page(text).all("th"))


def test_a_paper_has_the_controls_of_every_kind(form: Form) -> None:
    page = Page(html.paper(form.paper).decode())
    names = [attrs["name"] or "" for attrs in page.all("input", "select", "textarea")]
    expected = {
        "single-choice": 4,
        "multiple-choice": 4,
        "true-false": 4,
        "numeric": 1,
        "short-text": 1,
        "matching": 3,
        "ordering": 4,
        "cloze": 3,
        "classification": 6,
        "essay": 1,
        "trace": 3,
        "code": 1,
    }
    for n, kind in enumerate(KINDS, 1):
        assert sum(bool(re.fullmatch(rf"q{n}(-.*)?", name)) for name in names) == expected[kind], kind


def test_a_starter_arrives_in_its_text_area_with_its_first_line(make_form: Callable[..., Form]) -> None:
    form = make_form(write=lambda text: f"\n  {text}</textarea>")
    assert ">\n\n  def references(guest, host):\n    &lt;/textarea&gt;</textarea>" in html.paper(form.paper).decode()


def test_a_key_marks_the_right_options_and_tells_why(form: Form) -> None:
    text = html.key(form).decode()
    assert re.search(r'<li class="right">.*24: <code>', text)
    assert "Adds the levels instead of multiplying them." in text
    assert "Intel SDM 3A, 4.5" in text
    assert "918273645 ± 7 ns" in text
    assert "Seed 20261" in text
