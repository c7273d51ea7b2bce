"""What Moodle's own code makes of our files: the rules of its source, each with the file that states it."""

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from exporters import gift, moodle
from exporters.moodle_elements import right_side
from tests.exporters.meaning import made, meaning, stored
from tests.exporters.test_moodle_round_trip import NASTY, asked
from vlearn.exams.collection import Collection
from vlearn.exams.form import Form
from vlearn.questions.importing.gift import read_gift
from vlearn.questions.importing.moodle import read_moodle
from vlearn.questions.model import Cloze, Gap, Matching, Question, ShortText
from vlearn.render.markdown import escaped as literal

LOOKS_LIKE_MARKUP = ["#include <stdio.h>", "List<int>", "&lt; is a reference", "&copy", "a < b & c > d", "<none>"]


def texts_as_moodle_reads_them(file: bytes) -> list[str]:
    """Each `<text>` with something in it, as `characterdata` in `lib/xmlize.php` puts it together: its parser hands it
    pieces that end at each character reference, a CDATA section is one piece, and those but of white space are dropped.
    """
    texts = re.findall(r"<text>(.*?)</text>", file.decode(), re.DOTALL)
    return ["".join(piece for piece in pieces(text) if piece.strip()).strip() for text in texts]


def pieces(text: str) -> list[str]:
    found: list[str] = []
    for n, part in enumerate(re.split(r"<!\[CDATA\[(.*?)\]\]>", text, flags=re.DOTALL)):
        found += [part] if n % 2 else map(unescape, re.split("(&[a-z]+;)", part))
    return found


@pytest.mark.parametrize("text", ["", "*a* **b** `c`\n\n    d\n\n    e", *NASTY])
def test_no_text_loses_the_white_space_between_its_tags(text: str, make_form: Callable[..., Form]) -> None:
    file = moodle.questions(Collection("<a> & <b>", asked(make_form, text)))
    written = [element.text.strip() for element in ET.fromstring(file).iter("text") if element.text]
    assert texts_as_moodle_reads_them(file) == written


def test_a_file_without_cdata_would_lose_it() -> None:
    assert texts_as_moodle_reads_them(b"<text>&lt;b&gt;a&lt;/b&gt; &lt;i&gt;b&lt;/i&gt;</text>") == ["<b>a</b><i>b</i>"]


def cloze(points: Fraction, gaps: int) -> Callable[[Question], Question]:
    text = " ".join(f"[[{n}]]" for n in range(1, gaps + 1))
    return lambda question: replace(question, answer=Cloze(text, (Gap(("x",)),) * gaps), points=points)


@pytest.mark.parametrize(
    ("points", "gaps", "weight", "said"),
    [(2, 2, 1, False), (6, 3, 2, False), (3, 6, 1, True), (Fraction(3, 2), 1, 1, True)],
)
def test_a_multianswer_is_worth_what_its_gaps_add_up_to(
    points: Fraction, gaps: int, weight: int, said: bool, form: Form
) -> None:
    """`$question->defaultmark += $wrapped->defaultmark` in `question/type/multianswer/questiontype.php`."""
    collection = Collection("x", (cloze(Fraction(points), gaps)(form.questions[7]),))
    text = ET.fromstring(moodle.questions(collection)).findtext("question/questiontext/text") or ""
    assert re.findall(r"\{(\d*):SHORTANSWER:", text) == [str(weight)] * gaps
    assert [f"is worth {gaps} points" in change.reason for change in moodle.changed(collection)] == [True] * said


@pytest.mark.parametrize("text", LOOKS_LIKE_MARKUP)
def test_moodle_shows_a_right_side_as_it_is_meant(text: str) -> None:
    """`format_string` in `format_choices` (`question/type/match/renderer.php`) strips tags; the browser undoes
    complete references."""
    stripped = re.sub(r"<[^\s][^>]*(>|$)", "", right_side(literal(text)))
    assert re.sub("&[A-Za-z0-9#]{1,8};", lambda found: unescape(found[0]), stripped) == text


@pytest.mark.parametrize(("exporter", "read"), [(moodle, read_moodle), (gift, read_gift)], ids=["moodle", "gift"])
@pytest.mark.parametrize("text", LOOKS_LIKE_MARKUP)
def test_such_a_right_side_comes_back(exporter, read, text: str, form: Form, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    answer = Matching(("a", "b"), (literal(text), "other", literal(f"{text}!")), (0, 1))
    question = replace(form.questions[5], objective="ch06-count-references", answer=answer)
    back = made(stored(read(exporter.questions(Collection("x", (question,)))), tmp_path))[question.id]
    assert meaning(back)[-1] == meaning(question)[-1]


@pytest.mark.parametrize("title", ["a/b", "/a", "a/", "//", "TCP/IP / x"])
def test_a_category_keeps_its_slashes(title: str, form: Form) -> None:
    """`split_category_path` in `question/format.php`."""
    path = ET.fromstring(moodle.questions(Collection(title, form.questions))).findtext("question/category/text") or ""
    names = [name.replace("//", "/").strip() for name in re.split("(?<!/)/(?!/)", path)]
    assert names == ["$course$", "top", title, "ch06 Memory virtualization"]


@pytest.mark.parametrize(("text", "out"), [("a &&058; b", ["q0"]), ("&&010", ["q0", "q1"]), ("a && 058;", [])])
def test_gift_leaves_out_what_moodle_would_take_for_its_own_marks(text: str, out: list[str], form: Form) -> None:
    """`escapedchar_post` in `question/format/gift/format.php`; in a right side, `&058;` is written as a reference."""
    answers = (ShortText((text,)), Matching(("a", "b"), (literal(text), "c"), (0, 1)))
    asking = tuple(replace(form.questions[4], id=f"q{n}", answer=answer) for n, answer in enumerate(answers))
    assert [missing.id for missing in gift.left_out(Collection("x", asking))] == out
