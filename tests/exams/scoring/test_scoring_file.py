"""Scoring rules as YAML, in a file of their own or in a blueprint, and every way in which they can be wrong."""

from fractions import Fraction

import pytest

from vlearn.errors import BlueprintError
from vlearn.exams.blueprint_file import load_blueprint
from vlearn.exams.scoring.rules import Rounding, Rule, Scoring, Special, Threshold
from vlearn.exams.scoring.scoring_file import load_scoring

TEXT = """\
rule: r-exams
kinds:
  single-choice: {negative: 1/4}
  multiple-choice: {ticks: "all", partial: true, negative: 0.5}
questions:
  ch06-pae-guest: {points: 2.5, rule: all-or-nothing}
  ch06-move-a-frame:
    options:
      "It must be copied.": 1
      "It stays.": -1/2
rounding: {step: 1/2, how: half-even}
below_zero: true
scale:
  - {at_least: 0, grade: 5.0}
  - {at_least: 50, grade: 4.0}
"""
SCORING = Scoring(
    rule="r-exams",
    kinds={
        "single-choice": Rule(negative=Fraction(1, 4)),
        "multiple-choice": Rule(ticks="all", negative=Fraction(1, 2)),
    },
    questions={
        "ch06-pae-guest": Special(Fraction(5, 2), "all-or-nothing"),
        "ch06-move-a-frame": Special(options={"It must be copied.": Fraction(1), "It stays.": Fraction(-1, 2)}),
    },
    rounding=Rounding(Fraction(1, 2), "half-even"),
    below_zero=True,
    scale=(Threshold(Fraction(0), "5.0"), Threshold(Fraction(50), "4.0")),
)


def written(tmp_path, text):
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_rules_are_read_from_a_file_of_their_own(tmp_path):
    assert load_scoring(written(tmp_path, TEXT)) == SCORING


def test_or_from_a_blueprint(tmp_path):
    nested = "".join(f"  {line}\n" for line in TEXT.splitlines())
    sheet = load_blueprint(written(tmp_path, f"title: Exam\npoints: 10\nscoring:\n{nested}"))
    assert sheet.scoring == SCORING


def test_a_blueprint_need_not_say_how_it_is_scored(tmp_path):
    assert load_blueprint(written(tmp_path, "title: Exam\npoints: 10\n")).scoring is None


BAD = [
    ("rule: r-exam\n", 1, "`rule` is 'r-exam'; it must be"),
    ("rule: {tick: all}\n", 1, "unknown field `rule.tick`; did you mean 'ticks'?"),
    ("kinds: {numerics: vlearn}\n", 1, "numerics"),
    ("rule:\n  negative: 2\n", 2, "`negative` is 2; it must be from 0 to 1"),
    ("rule:\n  penalty: -1\n", 2, "`penalty` is -1; it must be from 0 to 1"),
    ("kinds:\n  numeric:\n    negative: 3\n", 3, "`negative` is 3"),
    ("questions:\n  a: {points: 0}\n", 2, "`points` is 0; it must be above 0"),
    ("questions:\n  a:\n    options: {x: 2}\n", 3, "a share of 2 is not from -1 to 1"),
    ("rounding: {step: -1}\n", 1, "`step` is -1; it must not be negative"),
    ("rounding: {step: 1, how: halfup}\n", 1, "did you mean 'half-up'?"),
    ("scale:\n  - {at_least: 50, grade: pass}\n", 1, "`scale` has no grade for 0 percent"),
    ("scale:\n  - {at_least: 0, grade: a}\n  - {at_least: 101, grade: b}\n", 3, "it is a percentage, from 0 to 100"),
    ("scale:\n  - {at_least: 0, grade: a}\n  - {at_least: 0, grade: b}\n", 3, "two grades begin at 0 percent"),
    ("- a\n", 1, "scoring rules are a mapping"),
    ("rule: [\n", None, "not YAML"),
]


@pytest.mark.parametrize(("text", "line", "told"), BAD, ids=[text[:30] for text, *_ in BAD])
def test_rules_that_are_wrong_are_refused_with_their_line(tmp_path, text, line, told):
    with pytest.raises(BlueprintError) as raised:
        load_scoring(written(tmp_path, text))
    assert told in str(raised.value)
    assert f"rules.yaml:{line or ''}" in str(raised.value)


@pytest.mark.parametrize(("text", "line", "told"), BAD[:-2], ids=[text[:30] for text, *_ in BAD[:-2]])
def test_so_are_those_of_a_blueprint(tmp_path, text, line, told):
    nested = "".join(f"  {each}\n" for each in text.splitlines())
    with pytest.raises(BlueprintError) as raised:
        load_blueprint(written(tmp_path, f"title: Exam\npoints: 10\nscoring:\n{nested}"))
    assert told.removeprefix("`").split("`")[-1] in str(raised.value)
    assert f"rules.yaml:{line + 3}" in str(raised.value)


def test_rules_that_are_not_there_are_refused_in_words(tmp_path):
    with pytest.raises(BlueprintError, match=r"nowhere.yaml: the scoring rules cannot be read: No such file"):
        load_scoring(tmp_path / "nowhere.yaml")
