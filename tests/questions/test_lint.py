"""The linter: each rule finds what it is for, and is silent on a good question and an even bank."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tests.questions.samples import ANSWERS, COURSE, entry_of, question
from vlearn.blocks import Code, Table, Text
from vlearn.questions import lint_bank
from vlearn.questions.bank import Bank
from vlearn.questions.entry import Entry
from vlearn.questions.lint import lint
from vlearn.questions.lint_question import QUESTION_RULES
from vlearn.questions.model import Bloom, Case, MultipleChoice, Numeric, Option, Program, SingleChoice, TrueFalse


def options(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(text, "why") for text in texts)


def prompt(*texts: str):
    return question(ANSWERS["single-choice"], prompt=tuple(map(Text, texts)))


LONG = "the walker reads every entry of the guest's tables through the nested table"
FOUND = [
    ("unfinished", prompt("How many ‹things›?")),
    ("stem", prompt("The nested walk")),
    ("stem", question(ANSWERS["numeric"], prompt=(Table(("a",), (("1",),)),))),
    ("option-length", question(SingleChoice(options("4", "24", LONG), 2))),
    ("all-of-the-above", question(SingleChoice(options("4", "24", "All of the above"), 2))),
    ("all-of-the-above", question(SingleChoice(options("4", "24", "none of these"), 2))),
    ("option-letters", question(SingleChoice(options("4", "24", "Both A and B"), 0))),
    ("option-letters", question(SingleChoice(options("4", "24", "A, B and C are right."), 0))),
    ("option-letters", question(MultipleChoice(options("4", "24", "the reverse of option A"), frozenset({0})))),
    ("negation", prompt("Which of these is not a page size?")),
    ("negation", prompt("Here are four. Which fault, if any, can never occur?")),
    ("feedback", question(SingleChoice((Option("4"), Option("24")), 0))),
    ("feedback", question(TrueFalse(True, (Option("4"), Option("24")), 0))),
    ("unit", question(Numeric(Fraction(24)))),
    ("options-alike", question(SingleChoice(options("the EPT", "the host", "The EPT."), 0))),
    ("table-marks", question(ANSWERS["numeric"], prompt=(Text("How many?"), Table(("a",), (("`ls`",),))))),
    ("table-marks", question(ANSWERS["numeric"], solution=(Text("Four."), Table(("**a**",), (("1",),))))),
    ("solution", question(ANSWERS["numeric"], solution=(Text("  "),))),
    ("key", question(Program("", (Case("f(1)", "2"),), reference="def f(x): return 3"))),
    ("key", question(Program("", (Case("f(1)", "2"),)))),
]
SILENT = [
    *(question(answer) for answer in ANSWERS.values()),
    prompt("Which of these is **not** a page size?"),
    prompt("The page is not present. Which fault follows?"),
    prompt("Read this:\n\n- a\n- b"),
    prompt("What follows? (Nothing is cached.)"),
    question(ANSWERS["numeric"], prompt=(Text("What does this print?"), Code("f()"))),
    question(ANSWERS["numeric"], prompt=(Text("How many?"), Table(("a * b",), (("2 ** 3 ` 4",),)))),
    question(Numeric(Fraction(0x1000), base=16)),
    question(SingleChoice(options("A and D", "the bits A and D", "D alone"), 0)),
    question(SingleChoice(options("0", "1", "yes, all of it"), 1)),
]


@pytest.mark.parametrize(("rule", "asked"), FOUND, ids=[rule for rule, _ in FOUND])
def test_a_rule_finds_what_it_is_for(rule, asked):
    assert [name for name, check in QUESTION_RULES.items() if list(check(asked))] == [rule]


@pytest.mark.parametrize("asked", SILENT, ids=lambda asked: asked.kind)
def test_a_good_question_passes_every_rule(asked):
    assert [message for check in QUESTION_RULES.values() for message in check(asked)] == []


def test_every_rule_for_questions_is_in_the_table():
    assert {rule for rule, _ in FOUND} == QUESTION_RULES.keys()


def entry(id, answer=ANSWERS["numeric"], folder="01-walks", **fields) -> Entry:
    return entry_of(question(answer, id=id, **fields), path=Path(folder) / "file.yaml", line=7)


def found(rule, *entries):
    return [finding for finding in lint(Bank(entries), COURSE) if finding.rule == rule]


def test_a_finding_prints_its_place_its_question_and_its_rule():
    (finding,) = found("stem", entry("q", prompt=(Text("A stem"),)))
    assert str(finding).startswith("01-walks/file.yaml:7: q: the stem must be a whole question")
    assert str(finding).endswith("[stem]")


def test_enemies_are_named_in_return():
    (finding,) = found(
        "enemies", entry("a", enemies=("b",)), entry("b"), entry("c", enemies=("d",)), entry("d", enemies=("c",))
    )
    assert (finding.id, "name a in return" in finding.message) == ("b", True)


def test_a_question_lies_in_the_folder_of_its_chapter():
    (finding,) = found("folder", entry("a"), entry("b", folder="02-images"), entry("c", folder="anywhere"))
    assert finding.id == "b"
    assert "01-walks" in finding.message


def choices(places, texts="abcd"):
    return [entry(f"q{n}", SingleChoice(tuple(map(Option, texts)), place)) for n, place in enumerate(places)]


@pytest.mark.parametrize(
    ("places", "uneven"),
    [([0] * 19, False), ([0] * 20, True), ([0, 1, 2, 3] * 6, False), ([0, 1, 2, 3] * 5 + [2] * 12, True)],
)
def test_the_places_of_keys_are_even_over_the_bank(places, uneven):
    assert bool(found("key-position", *choices(places))) == uneven


def test_the_right_option_is_not_always_the_longest():
    texts = ("short", "rather longer", "small", "slight")
    assert found("longest-key", *choices([1] * 20, texts))
    assert not found("longest-key", *choices([0, 1, 2, 3] * 5, texts))


CR3 = (Text("What does the guest's CR3 hold while its page walk goes through the nested table of the host?"),)
TLB = (Text("How many entries are dropped when INVLPG names an address of a large page?"),)


@pytest.mark.parametrize(
    ("fields", "generators", "alike"),
    [
        ({}, ("", ""), True),
        ({"enemies": ("a",)}, ("", ""), False),
        ({"prompt": TLB}, ("", ""), False),
        ({"prompt": (*CR3, Text("Say 4."))}, ("walk", "walk"), False),
        ({"prompt": (*CR3, Text("Say 4."))}, ("walk", "run"), True),
        ({}, ("walk", "walk"), True),
    ],
    ids=["the same", "an enemy", "another", "of one generator", "of two generators", "the same of one generator"],
)
def test_near_duplicates_must_be_enemies_or_of_one_generator(fields, generators, alike):
    one = entry("a", prompt=CR3, generator=generators[0])
    other = entry("b", **({"prompt": CR3} | fields), generator=generators[1])
    findings = found("near-duplicate", one, other)
    assert [finding.id for finding in findings] == ["b"] * alike
    assert all("reads much like a (" in finding.message for finding in findings)


@pytest.fixture
def walks_written(monkeypatch):
    monkeypatch.setattr(lint_bank, "written_chapters", lambda: {"01-walks"})


@pytest.mark.usefixtures("walks_written")
def test_every_objective_of_a_chapter_with_a_notebook_is_covered():
    walk = [entry(f"w{n}", bloom=bloom) for n, bloom in enumerate((Bloom.APPLY, Bloom.APPLY, Bloom.ANALYZE))]
    count = [entry(f"c{n}", objective="ch01-count") for n in range(3)]
    (finding,) = found("objective-coverage", *walk, *count)
    assert (finding.id, finding.message) == (
        "ch01-count",
        "has 3 questions at 1 Bloom level; 3 at 2 levels are wanted",
    )


def test_a_chapter_without_a_notebook_may_have_a_first_few_questions(monkeypatch):
    monkeypatch.setattr(lint_bank, "written_chapters", frozenset)
    assert not found("objective-coverage", entry("a"))
    assert not found("chapter-size", entry("a"))


@pytest.mark.usefixtures("walks_written")
def test_a_chapter_with_a_notebook_has_enough_questions():
    small = found("chapter-size", entry("a"))
    assert [finding.message.partition(";")[0] for finding in small] == [
        "has 0 generators",
        "has 1 kind of question",
        "has 1 question",
    ]
    kinds = [kind for kind in ANSWERS if kind != "code"] * 3
    many = [entry(f"q{n}", ANSWERS[kind]) for n, kind in enumerate(kinds)]
    generated = [replace(e, generator=f"g{n}") for n, e in enumerate(many[:3])]
    assert found("chapter-size", *generated, *many[3:]) == []


def test_a_bank_of_ones_own_need_not_cover_the_course(monkeypatch):
    monkeypatch.setattr(lint_bank, "written_chapters", lambda: {"01-walks"})
    rules = {finding.rule for finding in lint(Bank((entry("a"),)), COURSE)}
    own = {finding.rule for finding in lint(Bank((entry("a"),)), COURSE, covers=False)}
    assert rules - own == {"objective-coverage", "chapter-size"}
