"""GIFT as people write it by hand and as Moodle writes it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import BankError
from vlearn.questions.importing.gift import read_gift
from vlearn.questions.importing.imported import Imported

OBJECTIVE = "ch06-count-references"


def read(text: str) -> Imported:
    return read_gift(text.encode(), OBJECTIVE)


TAKEN = {
    "Who's buried?{~Grant =no one#Right! ~%0%Jefferson}": {
        "id": "who-s-buried",
        "kind": "single-choice",
        "prompt": "Who's buried?",
        "options": [
            {"text": "Grant"},
            {"text": "no one", "correct": "true", "feedback": "Right!"},
            {"text": "Jefferson"},
        ],
    },
    "::Name:: Which two?{~%50%a ~%50%b ~%-100%c####Because.}": {
        "id": "name",
        "kind": "multiple-choice",
        "solution": "Because.",
        "options": [{"text": "a", "correct": "true"}, {"text": "b", "correct": "true"}, {"text": "c"}],
    },
    "Grant is {=entombed ~buried} in his tomb.": {"prompt": "Grant is \\_\\_\\_\\_\\_ in his tomb."},
    "Is it?{FALSE#wrong#right}": {
        "kind": "single-choice",
        "options": [{"text": "True", "feedback": "wrong"}, {"text": "False", "correct": "true", "feedback": "right"}],
    },
    "Who?{=no one =nobody}": {"kind": "short-text", "accepted": ["no one", "nobody"]},
    "Who?{nobody}": {"kind": "short-text", "accepted": ["nobody"]},
    "When?{#1822:5}": {"kind": "numeric", "value": "1822", "tolerance": "5"},
    "When?{#-3..-2}": {"kind": "numeric", "value": "-2.5", "tolerance": "0.5"},
    "When?{#\n=1822#yes\n=%0%1800#no\n~#never}": {"kind": "numeric", "value": "1822"},
    "Match{=a -> 1 =b -> 2 = -> 3}": {
        "kind": "matching",
        "distractors": ["3"],
        "pairs": [{"left": "a", "right": "1"}, {"left": "b", "right": "2"}],
    },
    "Write.{}": {"kind": "essay"},
    "[html]<b>Which</b> \\{x\\} \\= 1\\: \\\\ \\#?{=a ~b}": {"prompt": "**Which** {x} = 1: \\\\ \\#?"},
    "[markdown]**Which**\\n\\n1\\~2?{=a ~b}": {"prompt": "**Which**\n\n1\\~2?"},
    "[plain]<b> *x*?{=a ~b}": {"prompt": "\\<b\\> \\*x\\*?"},
    "// [id:My id] and [tag:bloom:apply] [tag:mine]\n// more [tag:points:4]\nWhat?{=a ~b}": {
        "id": "my-id",
        "bloom": "apply",
        "points": "4",
        "minutes": "6",
    },
}


@pytest.mark.parametrize("source", TAKEN)
def test_each_form_becomes_one_of_our_kinds(source: str) -> None:
    imported = read(f"$CATEGORY: a/b\n\n{source}\n\n// the end\n")
    assert imported.refused == ()
    (taken,) = imported.questions
    assert {name: taken.get(name) for name in TAKEN[source]} == TAKEN[source]


REFUSED = [
    ("Only a text.", "asks nothing"),
    ("What {=a ~b", "braces do not match"),
    ("What {=a ~b} and {=c ~d}", "braces do not match"),
    ("What?{=%50%a =b}", "part of the points"),
    ("What?{=a ~%50%b}", "part of the points"),
    ("What?{#1 =2}", "several numbers"),
    ("What?{#=1 =2}", "several numbers"),
    ("What?{#x}", "no number"),
    ("What?{=a* =b}", "pattern"),
    ("What?{=a -> 1 =b}", "no ->"),
    ("What?{~a ~b}", "no option is marked"),
    ('[html]<img src="x.png">?{=a ~b}', "is not in the file"),
    ("\ue041?{=a ~b}", "private use"),
    ("{=a ~b}", "`prompt` is empty"),
]


@pytest.mark.parametrize(("source", "why"), REFUSED)
def test_what_cannot_be_taken_is_named_with_its_line_and_reason(source: str, why: str) -> None:
    imported = read(f"// a comment\n\n\n// [id:this]\n{source}\n\n::other::Also?{{=a ~b}}")
    (refused,) = imported.refused
    assert why in refused.reason
    assert (refused.line, refused.id) == (5, "this")
    assert [taken["id"] for taken in imported.questions] == ["other"]


def test_lines_may_end_as_on_any_system() -> None:
    assert len(read("A?{=a\r\n~b}\r\n\r\nB?{=a ~b}\r\rC?{=a ~b}").questions) == 3


@pytest.mark.parametrize(("data", "why"), [(b"\n\xff", "line 2: the file is not UTF-8"), (b"x" * 200, "split it")])
def test_a_file_that_is_no_text_is_one_clear_error(data: bytes, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vlearn.questions.importing.gift.LIMIT", 100)
    with pytest.raises(BankError, match=re.escape(why)):
        read_gift(data)


PIECES = st.sampled_from(
    [
        "{",
        "}",
        "=",
        "~",
        "#",
        "####",
        "%50%",
        "%-",
        "->",
        "::",
        "\\",
        "\n",
        "\n\n",
        "//",
        "[html]",
        "[id:x]",
        "[tag:kind:numeric]",
        "T",
        "1",
        "..",
        ":",
        "<p>",
        "$CATEGORY:",
        " ",
        "x",
    ]
)


@settings(deadline=None, max_examples=400)
@given(st.lists(PIECES | st.text(max_size=3), max_size=20).map("".join))
def test_whatever_a_file_holds_there_is_no_other_error(text: str) -> None:
    try:
        imported = read_gift(text.encode("utf-8", "replace"), OBJECTIVE)
    except BankError:
        return
    assert all(refused.reason for refused in imported.refused)
