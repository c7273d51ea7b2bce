"""Banks of other people, as Moodle exports them."""

import base64
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vlearn.errors import BankError
from vlearn.questions.importing.imported import Imported
from vlearn.questions.importing.moodle import read_moodle

OBJECTIVE = "ch06-count-references"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>'


def quiz(inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{inner}</quiz>'.encode()


def question(kind: str, inner: str, text: str = "What?", head: str = "") -> str:
    return (
        f'<question type="{kind}"><name><text>My question</text></name>{head}'
        f'<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>{inner}</question>\n'
    )


def answer(text: str, fraction: float, more: str = "", form: str = "html") -> str:
    return f'<answer fraction="{fraction}" format="{form}"><text><![CDATA[{text}]]></text>{more}</answer>'


def read(data: bytes) -> Imported:
    return read_moodle(data, OBJECTIVE)


RIGHT_AND_WRONG = answer("<b>yes</b>", 100) + answer("no &lt;b&gt; *", -50, "<feedback><text>Why?</text></feedback>")
TAKEN = {
    "single choice": (
        question("multichoice", f"<single>true</single>{RIGHT_AND_WRONG}"),
        {
            "kind": "single-choice",
            "options": [{"text": "**yes**", "correct": "true"}, {"text": r"no \<b\> \*", "feedback": "Why?"}],
        },
    ),
    "multiple choice": (
        question(
            "multichoice", "<single>false</single>" + answer("a", 33.33333) + answer("b", 66.66667) + answer("c", -100)
        ),
        {
            "kind": "multiple-choice",
            "options": [{"text": "a", "correct": "true"}, {"text": "b", "correct": "true"}, {"text": "c"}],
        },
    ),
    "true-false": (
        question("truefalse", answer("true", 0) + answer("false", 100)),
        {"kind": "single-choice", "options": [{"text": "True"}, {"text": "False", "correct": "true"}]},
    ),
    "short text": (
        question("shortanswer", "<usecase>1</usecase>" + answer("a\\*b", 100) + answer("c", 0)),
        {"kind": "short-text", "accepted": ["a*b"], "case_sensitive": "true"},
    ),
    "number": (
        question(
            "numerical",
            answer("1.5e2", 100, "<tolerance>0.05</tolerance>")
            + "<units><unit><multiplier>1</multiplier><unit_name>ms</unit_name></unit></units>",
        ),
        {"kind": "numeric", "value": "150", "tolerance": "0.05", "unit": "ms"},
    ),
    "matching": (
        question(
            "match",
            "".join(
                f"<subquestion><text>{a}</text><answer><text>{b}</text></answer></subquestion>"
                for a, b in (("x", "1"), ("y", "2"), ("", "3"))
            ),
        ),
        {"kind": "matching", "pairs": [{"left": "x", "right": "1"}, {"left": "y", "right": "2"}], "distractors": ["3"]},
    ),
    "matching, as Moodle itself writes it": (
        question(
            "matching",
            "".join(
                f'<subquestion format="html"><text>{a}</text><answer><text>{b}</text></answer></subquestion>'
                for a, b in (("x", "1"), ("y", "2"))
            ),
        ),
        {"kind": "matching", "pairs": [{"left": "x", "right": "1"}, {"left": "y", "right": "2"}]},
    ),
    "ordering": (
        question("ordering", answer("b", 2) + answer("a", 1)),
        {"kind": "ordering", "items": ["a", "b"]},
    ),
    "cloze": (
        question("multianswer", "", text="<p>{1:SA:=one~%100%two#ok} and {2:MC:a~=b\\}~%0%c} and {:NM:=5:0}</p>"),
        {
            "kind": "cloze",
            "prompt": "Fill in the gaps.",
            "text": "[[1]] and [[2]] and [[3]]",
            "gaps": [
                {"accepted": ["one", "two"]},
                {"accepted": ["b}"], "choices": ["a", "b}", "c"]},
                {"accepted": ["5"]},
            ],
        },
    ),
    "menus in a text": (
        question(
            "gapselect",
            "".join(
                f"<selectoption><text>{t}</text><group>{g}</group></selectoption>"
                for t, g in (("a", 1), ("b", 1), ("c", 2), ("d", 2))
            ),
            text="x [[2]] y [[3]]",
        ),
        {
            "kind": "cloze",
            "prompt": "Fill in the gaps.",
            "text": "x [[1]] y [[2]]",
            "gaps": [{"accepted": ["b"], "choices": ["a", "b"]}, {"accepted": ["c"], "choices": ["c", "d"]}],
        },
    ),
    "essay": (
        question(
            "essay",
            "<responsefieldlines>15</responsefieldlines>"
            "<graderinfo><text>Look for &lt;i&gt;both&lt;/i&gt;</text></graderinfo>",
        ),
        {"kind": "essay", "rubric": [{"text": "Look for *both*", "share": "1"}], "lines": "15"},
    ),
}


@pytest.mark.parametrize("what", TAKEN)
def test_each_type_becomes_one_of_our_kinds(what: str) -> None:
    xml, fields = TAKEN[what]
    imported = read(quiz(xml))
    assert imported.refused == ()
    (taken,) = imported.questions
    assert {name: taken.get(name) for name in fields} == fields
    assert (taken["id"], taken["objective"], taken["points"], taken["minutes"]) == (
        "my-question",
        OBJECTIVE,
        "1",
        "1.5",
    )


def one(text: str, **changed: str) -> str:
    return question("multichoice", RIGHT_AND_WRONG, text, **changed)


CONTENT = [
    ("<p>One<br>two</p><p>three</p>", "One\\\ntwo\n\nthree"),
    ("<ul><li>a<li>b<ol><li>c</ol></ul>", "- a\n- b\n\n  1. c"),
    ("<script>alert(1)</script>x<style>y</style>", "x"),
    ("2<sup>48</sup> &amp; x<sub>i</sub> $x$", "2^48 & x\\_i $x$"),
    ("<h2>Title</h2># not", "**Title**\n\n\\# not"),
    ('<a href="https://x.org/a">here</a> and <a href="javascript:x">there</a>', "[here](https://x.org/a) and there"),
    ("<p>a<p>b</div></p>", "a\n\nb"),
    ("a<pre>  code\n  more</pre>b", [{"text": "a"}, {"code": "  code\n  more"}, {"text": "b"}]),
    (
        "<table><tr><th>h<th>i<tr><td>1</table>",
        [{"table": {"header": ["h", "i"], "rows": [["1", ""]]}}],
    ),
]


@pytest.mark.parametrize(("html", "content"), CONTENT)
def test_html_becomes_our_content(html: str, content: object) -> None:
    (taken,) = read(quiz(one(html))).questions
    assert taken["prompt"] == content


def test_a_drawing_comes_in_and_keeps_its_words() -> None:
    file = f'<file name="a.svg" path="/" encoding="base64">{base64.b64encode(SVG.encode()).decode()}</file>'
    xml = one('See <img src="@@PLUGINFILE@@/a.svg" alt="a dot">').replace("</questiontext>", f"{file}</questiontext>")
    imported = read(quiz(xml))
    assert imported.questions[0]["prompt"] == [
        {"text": "See"},
        {"figure": {"svg": "my-question-1.svg", "alt": "a dot"}},
    ]
    assert imported.drawings == {"my-question-1.svg": SVG}


def test_an_id_number_is_the_id_and_tags_are_read() -> None:
    head = "<idnumber>ch06-Known_one</idnumber><defaultgrade>2.5000000</defaultgrade>"
    tags = "".join(
        f"<tag><text>{tag}</text></tag>"
        for tag in ("bloom:apply", "difficulty:5", "mine", "objective:ch06-walk-page-table")
    )
    xml = one("What?", head=head).replace("</question>", f"<tags>{tags}</tags></question>")
    (taken,) = read(quiz(xml)).questions
    facts = {"id": "ch06-known-one", "points": "2.5", "minutes": "3.75", "bloom": "apply", "difficulty": "5"}
    assert {name: taken[name] for name in facts} == facts
    assert taken["objective"] == "ch06-walk-page-table"


def test_questions_of_one_name_are_told_apart_by_a_number() -> None:
    named = [one("What?"), one("Who?").replace("My question", "my question 2"), one("Where?"), one("When?")]
    imported = read(quiz("".join(named)))
    assert imported.refused == ()
    ids = [(taken["id"], taken["prompt"]) for taken in imported.questions]
    assert ids == [
        ("my-question", "What?"),
        ("my-question-2", "Who?"),
        ("my-question-3", "Where?"),
        ("my-question-4", "When?"),
    ]


def test_no_picture_takes_the_place_of_one_of_a_question_with_the_same_name() -> None:
    file = f'<file name="a.svg" encoding="base64">{base64.b64encode(SVG.encode()).decode()}</file>'
    pictured = one('<img src="@@PLUGINFILE@@/a.svg" alt="x">').replace("</questiontext>", f"{file}</questiontext>")
    imported = read(quiz(pictured + pictured))
    assert [taken["id"] for taken in imported.questions] == ["my-question"]
    assert "the name of an earlier question" in imported.refused[0].reason


REFUSED = [
    (question("calculated", ""), "'calculated' has no counterpart"),
    (question("multichoice", answer("a", 100) + answer("b", 50)), "part of the points"),
    (question("multichoice", answer("a", 0) + answer("b", 0)), "none of `options`"),
    (question("shortanswer", answer("a*", 100)), "pattern"),
    (question("shortanswer", answer("a", 100) + answer("b", 50)), "part of the points"),
    (question("numerical", answer("x", 100)), "'x' is no number"),
    (question("numerical", answer("1", 100) + answer("2", 100)), "several numbers"),
    (question("numerical", answer("1e99999999", 100)), "no number"),
    (question("multianswer", "", text="no gap"), "no gap"),
    (question("multianswer", "", text="{1:SA:=a~%50%b}"), "part of the points"),
    (question("multianswer", "", text="{1:NM:=3:0.5}"), "tolerance"),
    (question("gapselect", "", text="[[7]]"), "choice"),
    (one('<img src="https://x.org/a.png" alt="x">'), "is not in the file"),
    (one(""), "`prompt` is empty"),
    (one("<div>" * 100 + "x"), "nested deeper"),
    (question("multichoice", answer('<img src="x">', 100) + answer("b", 0)), "a picture within an option"),
    (one("What?", head="<defaultgrade>-1</defaultgrade>"), "`points` is -1"),
]


@pytest.mark.parametrize(("xml", "why"), REFUSED)
def test_what_cannot_be_taken_is_named_with_its_line_and_reason(xml: str, why: str) -> None:
    imported = read(quiz("\n\n" + xml + one("Also?").replace("My question", "Other")))
    (refused,) = imported.refused
    assert why in refused.reason
    assert (refused.line, refused.id) == (5, "My question")
    assert len(imported.questions) == 1


def test_a_question_without_an_objective_is_refused_unless_one_is_given() -> None:
    (refused,) = read_moodle(quiz(one("What?"))).refused
    assert "name one for all that have none" in refused.reason


BOMB = '<!DOCTYPE quiz [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
NOT_READ = [
    (f"{BOMB}<quiz>&b;</quiz>".encode(), "document type"),
    (b'<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>', "document type"),
    (b'<!DOCTYPE q SYSTEM "http://127.0.0.1:9/x.dtd"><quiz/>', "document type"),
    (b"PK\x03\x04", "unpack it"),
    (b"<quiz><question></quiz>", "line 1: not well-formed"),
    (b"", "not well-formed"),
    (b"<html/>", "no Moodle XML"),
    (b"\xff\xfe\x00", "not"),
    (b'<?xml version="1.0" encoding="nonsense"?><quiz/>', "not"),
    (b"<quiz>" + b"<a>" * 50, "nested deeper"),
]


@pytest.mark.parametrize(("data", "why"), NOT_READ)
def test_a_file_that_is_no_bank_is_one_clear_error(data: bytes, why: str) -> None:
    with pytest.raises(BankError, match=re.escape(why)):
        read(data)


@pytest.mark.parametrize("kind", ["essay", "multianswer"])
def test_a_character_beyond_all_numbers_is_no_character(kind: str) -> None:
    (taken,) = read(
        quiz(question(kind, "", text=f"a {{1:SA:=b&#{'9' * 5000};}} c &#{'1' * 5000}; &#1<!-- -->{'1' * 5000};"))
    ).questions
    assert "\ufffd" in str(taken)
    assert "999" not in str(taken)


def test_a_file_that_is_too_large_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vlearn.questions.importing.xml.LIMIT", 100)
    with pytest.raises(BankError, match="split it"):
        read(b" " * 101)


PIECES = st.sampled_from(
    [
        "{1:SA:=",
        "{1:MC:",
        "~",
        "}",
        "#",
        "=",
        "%50%",
        "\\",
        "<p>",
        "<table><tr><td>",
        "<pre>",
        "<ul><li>",
        "<![",
        "<!--",
        "&#",
        "&lt;",
        "[[1]]",
        "x",
        "`",
        "*",
        "\n",
        '<img src="a" alt="b">',
        '<div class="vlearn-task">',
        "\ue000" + "1\ue001",
    ]
)
WILD = st.lists(PIECES | st.text(max_size=5), max_size=12).map("".join)
TYPES = st.sampled_from(
    [
        "multichoice",
        "truefalse",
        "shortanswer",
        "numerical",
        "match",
        "ordering",
        "multianswer",
        "gapselect",
        "ddwtos",
        "essay",
    ]
)
KINDS = st.sampled_from(["", "true-false", "trace", "numeric", "classification", "code", "essay"])


def _xml(text: str) -> str:
    clean = re.sub("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
    return clean.replace("&", "&amp;").replace("<", "&lt;")


@settings(deadline=None, max_examples=400)
@given(TYPES, KINDS, WILD, st.lists(st.tuples(WILD, WILD, st.sampled_from(["100", "0", "-1", "1", "x"])), max_size=3))
@example("multianswer", "trace", "<table><tr><td>{1:SA:=a}", [])
@example("multianswer", "true-false", "{1:MC:=True}{1:MC:=a~b}", [])
def test_whatever_a_question_holds_it_is_taken_or_refused(
    kind: str, tag: str, text: str, answers: list[tuple[str, str, str]]
) -> None:
    given = "".join(
        f'<answer fraction="{_xml(share)}"><text>{_xml(one)}</text>'
        f"<feedback><text>{_xml(why)}</text></feedback></answer>"
        f"<subquestion><text>{_xml(one)}</text><answer><text>{_xml(why)}</text></answer></subquestion>"
        f"<selectoption><text>{_xml(one)}</text></selectoption><graderinfo><text>{_xml(why)}</text></graderinfo>"
        for one, why, share in answers
    )
    xml = (
        f'<question type="{kind}"><questiontext><text>{_xml(text)}</text></questiontext>{given}'
        f"<tags><tag><text>kind:{tag}</text></tag></tags></question>"
    )
    imported = read(quiz(xml))
    assert len(imported.questions) + len(imported.refused) == 1


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode) | WILD.map(lambda inner: quiz(inner)))
def test_whatever_a_file_holds_there_is_no_other_error(data: bytes) -> None:
    try:
        imported = read(data)
    except BankError:
        return
    assert all(refusal.reason for refusal in imported.refused)
