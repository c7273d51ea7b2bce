import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings

from tests.exams.banks import bank, blueprint, entry
from tests.exams.scoring.exam import KEY
from tests.questions.samples import questions
from vlearn.errors import ResponseError
from vlearn.exams.forms import forms
from vlearn.exams.scoring.key_file import Key, key_of, read_key, write_key
from vlearn.exams.scoring.rules import Rounding, Rule, Scoring, Special, Threshold

SCORING = Scoring(
    rule=Rule(negative=Fraction(1, 3)),
    kinds={"numeric": "moodle"},
    questions={"q-numeric": Special(points=Fraction(5, 2), rule=Rule(partial=False))},
    rounding=Rounding(Fraction(1, 2)),
    scale=(Threshold(Fraction(0), "5.0"),),
)


def bare(key):
    """Without what a key leaves out."""
    strip = {"prompt": (), "solution": (), "enemies": (), "source": ""}
    return replace(key, forms={name: tuple(replace(q, **strip) for q in qs) for name, qs in key.forms.items()})


def test_a_key_comes_back_as_it_was_written(tmp_path):
    key = replace(KEY, scoring=SCORING)
    (tmp_path / "key.json").write_bytes(write_key(key))
    assert read_key(tmp_path / "key.json") == bare(key)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(questions)
def test_every_question_comes_back(tmp_path, asked):
    key = Key("Exam", 1, {"A": (asked,)}, Scoring())
    (tmp_path / "key.json").write_bytes(write_key(key))
    assert read_key(tmp_path / "key.json") == bare(key)


def test_a_program_comes_back(tmp_path):
    key = key_of(forms(blueprint(2), bank(entry("q", kind="code")), 0))
    (tmp_path / "key.json").write_bytes(write_key(key))
    assert read_key(tmp_path / "key.json") == bare(key)


def test_the_same_key_is_the_same_bytes():
    assert write_key(KEY) == write_key(KEY)
    assert b"prompt" not in write_key(KEY)


def broken(change):
    stored = json.loads(write_key(KEY))
    change(stored)
    return json.dumps(stored).encode()


def first(stored, kind):
    return next(q for q in stored["forms"]["A"] if q["kind"] == kind)


BAD = {
    "not JSON": (b"{", "this is no key of an exam"),
    "not UTF-8": (b'{"title": "\xff"}', "this is no key of an exam"),
    "a list": (b"[]", "this is no key of an exam"),
    "another version": (broken(lambda s: s.update(version=2)), "of version 2; this vlearn reads version 1"),
    "unknown kind": (broken(lambda s: s["forms"]["A"][0].update(kind="riddle")), "unknown kind 'riddle'"),
    "index too large": (broken(lambda s: first(s, "single-choice")["answer"].update(correct=9)), "question 'q-single-"),
    "no number": (broken(lambda s: s["forms"]["A"][0].update(points="two")), "Invalid literal for Fraction"),
    "by zero": (broken(lambda s: s["forms"]["A"][0].update(points="1/0")), "divides by zero"),
    "a question missing": (broken(lambda s: s["forms"]["B"].pop()), "every form must have the same questions"),
    "no forms": (broken(lambda s: s.update(forms={})), "every form must have the same questions"),
    "bad scoring": (broken(lambda s: s["scoring"]["rounding"].update(step="-1")), "scoring: `step` is -1"),
    "deep": (b'{"forms": ' + b"[" * 5000, "this is no key of an exam"),
}


@pytest.mark.parametrize(("content", "told"), BAD.values(), ids=BAD)
def test_a_file_that_is_no_key_is_refused_in_words(tmp_path, content, told):
    (tmp_path / "key.json").write_bytes(content)
    with pytest.raises(ResponseError, match=told) as raised:
        read_key(tmp_path / "key.json")
    assert "key.json: " in str(raised.value)


def test_a_key_that_is_not_there_is_refused_in_words(tmp_path):
    with pytest.raises(ResponseError, match=r"key.json: the key cannot be read: No such file"):
        read_key(tmp_path / "key.json")
