"""Loading a bank: what every kind becomes, and every fault an author can meet, at its line."""

import re
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.questions.files import GENERATORS, HEAD, KINDS, bank_of, faults_of, stated
from tests.questions.samples import COURSE
from vlearn.blocks import Code, Figure, Table, Text
from vlearn.content import question_bank
from vlearn.errors import BankError
from vlearn.questions.bank import load_bank
from vlearn.questions.model import (
    Bloom,
    Case,
    Classification,
    Cloze,
    Criterion,
    Essay,
    Gap,
    Matching,
    MultipleChoice,
    Numeric,
    Option,
    Ordering,
    Program,
    ShortText,
    SingleChoice,
    TraceTable,
    TrueFalse,
)

BUILT = {
    "single-choice": SingleChoice((Option("24"), Option("no", "A word.")), 0),
    "multiple-choice": MultipleChoice((Option("a"), Option("b"), Option("c")), frozenset({0, 1})),
    "true-false": TrueFalse(False, (Option("a"), Option("b", "Yes.")), 1),
    "numeric": Numeric(Fraction(0x1F000), Fraction(1, 2), "bytes", 16),
    "short-text": ShortText(("EPT violation", "24"), case_sensitive=True),
    "matching": Matching(("a", "b", "c"), ("x", "y", "z"), (0, 1, 0)),
    "ordering": Ordering(("first", "second", "third"), (0, 1, 2)),
    "cloze": Cloze("The [[1]] and [[2]].", (Gap(("a",)), Gap(("b",), ("b", "c")))),
    "classification": Classification(("exits", "stays"), ("CPUID", "VMCALL", "ADD"), (0, 0, 1)),
    "essay": Essay((Criterion("names both", Fraction(1, 4)), Criterion("says why", Fraction(3, 4))), 6),
    "trace": TraceTable(("n", "at"), (("1", "0x10"), ("2", "0x20")), ((0, 1), (1, 0), (1, 1))),
    "code": Program("def f(x): ...", (Case("f(1)", "1"), Case("f('a')", "'a'")), 12, "def f(x): return x"),
}

GENERATED = """questions:
  - id: q1
    objective: ch01-walk
    points: 1
    minutes: 1
    difficulty: 1
    bloom: apply
    generator: sum
    parameters: {most: 0x10, unit: frames}
"""


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_becomes_its_answer(kind, tmp_path):
    (entry,) = bank_of(tmp_path, a=stated(kind))
    question = entry.make(Random(0))
    assert question.answer == BUILT[kind]
    assert (entry.id, entry.kind, entry.objective, entry.chapter) == ("q1", kind, "ch01-walk", "ch01")
    assert (entry.points, entry.minutes, entry.difficulty, entry.bloom) == (1, Fraction(3, 2), 2, Bloom.APPLY)
    assert (entry.path, entry.line, entry.generator) == (tmp_path / "01-walks" / "a.yaml", 2, "")
    assert (question.prompt, question.solution) == ((Text("What is it?"),), (Text("Because."),))


def test_a_prompt_may_be_blocks(tmp_path):
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
    (tmp_path / "walk.svg").write_text(svg, encoding="utf-8")
    prompt = """prompt:
      - text: Read this.
      - code: |
          mov rax, cr3
        language: nasm
      - table: {header: [a, b], rows: [[1, 0x2]], caption: Both}
      - figure: {svg: ../walk.svg, alt: A walk}
"""
    (entry,) = bank_of(tmp_path, a=stated("ordering").replace("prompt: What is it?\n", prompt))
    assert entry.make(Random(0)).prompt == (
        Text("Read this."),
        Code("mov rax, cr3", "nasm"),
        Table(("a", "b"), (("1", "0x2"),), "Both"),
        Figure(svg, "A walk"),
    )


def test_a_generated_question_is_made_anew_for_each_seed(tmp_path):
    (entry,) = bank_of(tmp_path, a=GENERATED)
    made = [entry.make(Random(seed)) for seed in range(20)]
    assert (entry.kind, entry.generator, entry.variants) == ("numeric", "sum", 100)
    assert all(q.generator == "sum" and q.id == "q1" and q.answer.unit == "frames" for q in made)
    assert len(set(made)) > 10
    assert made[3] == entry.make(Random(3))


def test_a_bank_finds_its_entries_by_id_and_keeps_the_order_of_files(tmp_path):
    texts = {name: stated("ordering").replace("q1", f"q-{name}") for name in ("b", "a")}
    bank = bank_of(tmp_path, **texts)
    assert [entry.id for entry in bank] == ["q-a", "q-b"]
    assert len(bank) == 2
    assert "q-a" in bank
    assert "q-c" not in bank
    assert bank["q-b"].path.name == "b.yaml"
    with pytest.raises(BankError, match="no question 'q-bb'; did you mean 'q-b'"):
        bank["q-bb"]


def test_blueprints_are_no_question_files(tmp_path):
    (tmp_path / "blueprints").mkdir()
    (tmp_path / "blueprints" / "practice.yaml").write_text("points: 40", encoding="utf-8")
    assert len(bank_of(tmp_path, a=stated("ordering"))) == 1


@pytest.mark.parametrize("folder", ["empty", "absent"])
def test_a_folder_without_questions_is_told(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(BankError, match=f"{folder} (has no question file|is not a folder)"):
        load_bank(tmp_path / folder)


def changed(old: str, new: str, kind: str = "ordering") -> str:
    text = stated(kind)
    assert old in text
    return text.replace(old, new)


FAULTS = [
    ("", 1, ["the file is empty", "`questions`"]),
    ("# nothing yet\n", 1, ["the file is empty"]),
    ("- id: q1\n", 1, ["a question file is a mapping"]),
    ("question: []\n", 1, ["a question file is a mapping with one name, `questions`"]),
    ("questions: yes\n", 1, ["`questions` must be a list"]),
    ("title: x\nquestions: []\n", 1, ["unknown field `title`"]),
    ("questions:\n  - just text\n", 2, ["question number 1", "must be a mapping"]),
    (HEAD, 2, ["question 'q1'", "missing field `kind`", "single-choice, multiple-choice", "generator"]),
    (stated("ordering").replace("    id: q1", "").replace("- id: q1", "- source: x"), 2, ["missing field `id`"]),
    (changed("kind: ordering", "kind: singel-choice"), 10, ["unknown kind", "did you mean 'single-choice'?", "cloze"]),
    (changed("kind: ordering", "kind: [ordering]"), 10, ["unknown kind"]),
    (changed("points: 1\n", "pionts: 1\n"), 4, ["unknown field `pionts`; did you mean 'points'?"]),
    (changed("points: 1\n", "xyz: 1\n"), 4, ["unknown field `xyz`; the fields here are", "points", "minutes"]),
    (changed("    points: 1\n", ""), 2, ["missing field `points`: a number", "right answer"]),
    (changed("points: 1\n", "points: two\n"), 4, ["`points` is 'two'; it must be a number, such as 2, 0.5 or 1/3"]),
    (changed("points: 1\n", "points: [1]\n"), 4, ["`points` is a list; it must be a number"]),
    (changed("points: 1\n", "points: 0\n"), 4, ["`points` is 0; it must be more than 0"]),
    (changed("minutes: 1.5", "minutes: -1"), 5, ["`minutes` is -1; it must be more than 0"]),
    (changed("difficulty: 2", "difficulty: 6"), 6, ["`difficulty` is '6'; it must be a whole number from 1 to 5"]),
    (changed("difficulty: 2", "difficulty: hard"), 6, ["whole number from 1 to 5"]),
    (changed("bloom: apply", "bloom: aply"), 7, ["`bloom` is 'aply'", "one of remember", "did you mean 'apply'?"]),
    (
        changed("objective: ch01-walk", "objective: ch01-wlak"),
        3,
        ["no objective 'ch01-wlak'", "did you mean 'ch01-walk'?"],
    ),
    (changed("objective: ch01-walk", "objective: zzz"), 3, ["no objective 'zzz'", "vlearn/syllabus.py"]),
    (changed("id: q1", "id: Q 1"), 2, ["the id 'Q 1' must be words of a-z and 0-9 joined by single hyphens"]),
    (changed("prompt: What is it?", "prompt:"), 8, ["`prompt` is empty"]),
    (changed("bloom: apply", "bloom: apply\n    enemies: [q2]"), 8, ["its enemy 'q2' does not exist"]),
    (changed("bloom: apply", "bloom: apply\n    enemies: q2"), 8, ["`enemies` is 'q2'; it must be a list"]),
    (changed("bloom: apply", "bloom: apply\n    enemies: [q1]"), 8, ["cannot be its own enemy"]),
    (changed("bloom: apply", "bloom: apply\n    needs: [q2]"), 8, ["it needs 'q2', which does not exist"]),
    (changed("bloom: apply", "bloom: apply\n    needs: [q1]"), 8, ["it cannot need itself"]),
    (
        changed("points: 1\n", "points: 1\n    points: 2\n"),
        5,
        ["question 'q1'", "`points` is given twice, first in line 4"],
    ),
    (changed("prompt: What is it?", "prompt: Which: this?"), 8, ["not YAML", "colon and a space in quotes"]),
    (changed("prompt: What is it?", "prompt: [{text: a, code: b}]"), 8, ["one of text, code", "has text and code"]),
    (changed("prompt: What is it?", "prompt: [{language: c}]"), 8, ["one of text, code", "has none"]),
    (changed("prompt: What is it?", "prompt: [{txt: a}]"), 8, ["unknown field `prompt[1].txt`; did you mean 'text'?"]),
    (
        changed(
            "prompt: What is it?",
            "prompt:\n    - table:\n        header: [a, b]\n        rows:\n        - [1, 2]\n        - [1]",
        ),
        13,
        ["row 2 has 1 cell; the header has 2"],
    ),
    (
        changed("prompt: What is it?", "prompt: [{figure: {svg: no.svg, alt: x}}]"),
        8,
        ["no file 'no.svg' beside a.yaml"],
    ),
    (changed("prompt: What is it?", "prompt: [{figure: {svg: no.svg, alt: ' '}}]"), 8, ["`alt` is empty"]),
    (
        changed("prompt: What is it?", "prompt: [{figure: {svg: ../../x.svg, alt: x}}]"),
        8,
        ["outside the question bank"],
    ),
    (
        changed("prompt: What is it?", "prompt: [{figure: {svg: /etc/passwd, alt: x}}]"),
        8,
        ["outside the question bank"],
    ),
    (changed("prompt: What is it?", "prompt: [{figure: {svg: a.yaml, alt: x}}]"), 8, ["is not an .svg file"]),
    (stated("single-choice", "options: [{text: a}, {text: b}]"), 11, ["none of `options` is marked `correct: true`"]),
    (
        stated("single-choice", "options:\n    - {text: a, correct: true}\n    - {text: b, correct: true}"),
        13,
        ["2 of `options` are marked", "mark exactly one, or use kind multiple-choice"],
    ),
    (
        stated("single-choice", "options:\n    - {text: a, correct: yes}"),
        12,
        ["`options[1].correct` is 'yes'", "true or false"],
    ),
    (stated("single-choice", "options:\n    - {correct: true}"), 12, ["missing field `options[1].text`"]),
    (
        stated("single-choice", "options: [{text: a, correct: true}]"),
        11,
        ["entries of `options`: there is 1", "at least 2"],
    ),
    (
        stated("single-choice", "options:\n    - {text: a, correct: true}\n    - {text: a}"),
        13,
        ["number 2 repeats number 1, 'a'"],
    ),
    (stated("single-choice", "options:\n    - {text: a, correct: true}\n    - text:"), 13, ["number 2 is empty"]),
    (stated("multiple-choice", "options: [{text: a}, {text: b}]"), 11, ["no option is marked", "at least one"]),
    (stated("true-false", "truth: maybe\n    reasons: []"), 11, ["`truth` is 'maybe'; it must be true or false"]),
    (stated("true-false", "truth: true\n    reasons: [{text: a}, {text: b}]"), 12, ["none of `reasons` is marked"]),
    (stated("numeric", "value: many"), 11, ["`value`: 'many' is not a number, such as 24"]),
    (stated("numeric", "value: 0x1G"), 11, ["`value`: '0x1G' is not a hexadecimal number"]),
    (stated("numeric", "value: -0x1"), 11, ["a hexadecimal number must be whole and not negative"]),
    (stated("numeric", "value: 1\n    tolerance: -1"), 12, ["`tolerance` is -1; it must be 0 or more"]),
    (stated("short-text", "accepted: []"), 11, ["entries of `accepted`: there are 0", "at least 1"]),
    (
        stated("matching", "pairs: [{left: a, right: x}, {left: a, right: y}]"),
        11,
        ["left sides: number 2 repeats number 1"],
    ),
    (
        stated("matching", "pairs: [{left: a, right: x}, {left: b, right: y}]\n    distractors: [x]"),
        11,
        ["right sides: number 3 repeats number 1, 'x'"],
    ),
    (stated("ordering", "items: [a, a]"), 11, ["at least two different texts"]),
    (stated("cloze", "text: No gap.\n    gaps: [a]"), 11, ["`gaps` has 1 entry", "[[1]]", "it has none"]),
    (stated("cloze", "text: The [[1]] [[3]].\n    gaps: [a, b]"), 11, ["[[1]] to [[2]] in order; it has [[1]], [[3]]"]),
    (stated("cloze", "text: The [[2]] [[1]].\n    gaps: [a, b]"), 11, ["in order; it has [[2]], [[1]]"]),
    (
        stated("cloze", "text: The [[1]].\n    gaps:\n    - {accepted: [x], choices: [a, b]}"),
        13,
        ["gap 1: the key 'x' is not among the choices 'a', 'b'"],
    ),
    (stated("classification", "categories: {a: [x, y]}"), 11, ["entries of `categories`: there is 1", "at least 2"]),
    (stated("classification", "categories: {a: [x], b: [x]}"), 11, ["items: number 2 repeats number 1, 'x'"]),
    (stated("classification", "categories: {a: [x], b: y}"), 11, ["`categories.b` is 'y'; it must be a list"]),
    (stated("essay", "rubric: [{text: a, share: 1/2}]"), 11, ["add up to 1/2; they must add up to 1"]),
    (stated("essay", "rubric: [{text: a, share: 2}, {text: b, share: -1}]"), 11, ["must be more than 0"]),
    (
        stated("trace", "header: [a, b]\n    rows:\n    - [1, 2]\n    - [1]\n    blanks: {a: [1]}"),
        14,
        ["row 2 has 1 cell; the header has 2"],
    ),
    (
        stated("trace", "header: [frame]\n    rows: [[1]]\n    blanks: {fram: [1]}"),
        13,
        ["'fram' is not in", "mean 'frame'?"],
    ),
    (
        stated("trace", "header: [a, a]\n    rows: [[1, 2]]\n    blanks: {a: [1]}"),
        13,
        ["'a' stands twice in the header"],
    ),
    (
        stated("trace", "header: [a]\n    rows: [[1]]\n    blanks: {a: [2]}"),
        13,
        ["names row 2, column 1; the table has 1 row"],
    ),
    (stated("trace", "header: [a]\n    rows: [[1]]\n    blanks: {}"), 13, ["at least one cell must be filled in"]),
    (stated("trace", "header: [a]\n    rows: [['']]\n    blanks: {a: [1]}"), 12, ["has no right value"]),
    (
        stated("code", "starter: 'def f(:'\n    reference: 'x = 1'\n    cases: [{call: f(1), expected: 1}]"),
        11,
        ["`starter` is not Python"],
    ),
    (
        stated(
            "code",
            "starter: ''\n    reference: ''\n    cases:\n    - {call: f(, expected: 1}",
        ),
        14,
        ["the call 'f(' is not a Python expression"],
    ),
    (
        stated("code", "starter: ''\n    reference: ''\n    cases:\n    - {call: f(1), expected: g}"),
        14,
        ["a Python literal"],
    ),
    (stated("code", "starter: ''\n    reference: ''\n    cases: []"), 13, ["at least one case must decide"]),
    (GENERATED.replace("generator: sum", "generator: sun"), 8, ["no generator 'sun'; did you mean 'sum'?"]),
    (GENERATED.replace("generator: sum", "generator: os.system"), 8, ["no generator 'os.system'; there are sum"]),
    (GENERATED.replace("most: 0x10", "mots: 16"), 9, ["unknown field `parameters.mots`; did you mean 'most'?"]),
    (GENERATED.replace("most: 0x10, ", ""), 9, ["missing field `parameters.most`: a whole number"]),
    (GENERATED.replace("most: 0x10", "most: few"), 9, ["`parameters.most` is 'few'; it must be a whole number"]),
    (GENERATED.replace("unit: frames", "unit: frame"), 9, ["one of", "frames", "did you mean 'frames'?"]),
    (GENERATED.replace("most: 0x10", "most: 1"), 9, ["refuses these parameters: there are no two numbers below 1"]),
    (GENERATED.replace("points: 1", "points: 0"), 4, ["`points` is 0"]),
    (GENERATED.replace("generator:", "kind: numeric\n    generator:"), 8, ["unknown field `kind`"]),
]


@pytest.mark.parametrize(("text", "line", "fragments"), FAULTS, ids=[fragments[0] for _, _, fragments in FAULTS])
def test_a_fault_is_told_with_file_line_question_and_what_would_be_right(text, line, fragments, tmp_path):
    told = [fault for fault in faults_of(tmp_path, a=text) if all(fragment in fault for fragment in fragments)]
    assert told, faults_of(tmp_path, a=text)
    assert told[0].startswith(f"01-walks/a.yaml:{line}: ")


def test_all_faults_of_all_files_are_told_at_once(tmp_path):
    many = """questions:
  - id: q1
    kind: single-choice
    objective: ch01-walk
    points: none
    minutes: none
    difficulty: 9
    bloom: apply
    prompt: What?
    solution: So.
    options:
      - {txt: a}
      - {text: b, correct: maybe}
  - id: q2
    kind: nothing
"""
    faults = faults_of(tmp_path, a=many, b=stated("numeric", "value: many").replace("q1", "q3"))
    assert [fault.split(": ")[0] for fault in faults] == [
        *(f"01-walks/a.yaml:{line}" for line in (5, 6, 7, 12, 12, 13, 15)),
        "01-walks/b.yaml:11",
    ]


def test_a_taken_id_is_told_with_both_places(tmp_path):
    faults = faults_of(tmp_path, a=stated("ordering"), b="# another\n" + stated("numeric", "value: many"))
    assert "01-walks/b.yaml:3: question 'q1': this id is taken by 01-walks/a.yaml:2; give one of them another" in faults


def test_an_enemy_that_is_itself_at_fault_exists(tmp_path):
    one = stated("ordering").replace("bloom: apply", "bloom: apply\n    enemies: [q2]")
    faults = faults_of(tmp_path, a=one, b=stated("numeric", "value: many").replace("q1", "q2"))
    assert len(faults) == 1
    assert "'many'" in faults[0]


def test_needs_run_in_no_circle_and_are_no_enemies(tmp_path):
    def needing(id, need, more=""):
        return stated("ordering").replace("q1", id).replace("bloom: apply", f"bloom: apply\n    needs: [{need}]{more}")

    told = {line.split(": ", 1)[1] for line in faults_of(tmp_path, a=needing("q1", "q2"), b=needing("q2", "q1"))}
    assert told == {
        "question 'q1': it needs 'q2', which needs it in turn",
        "question 'q2': it needs 'q1', which needs it in turn",
    }
    written = {"a": stated("ordering"), "b": needing("q2", "q1"), "c": needing("q3", "q2", "\n    enemies: [q1]")}
    assert [line.split(": ", 1)[1] for line in faults_of(tmp_path, **written)] == [
        "question 'q3': it needs 'q2', so it cannot be an enemy of 'q1'"
    ]


def test_a_drawing_must_be_an_svg_without_a_document_type(tmp_path):
    (tmp_path / "01-walks").mkdir()
    (tmp_path / "01-walks" / "bomb.svg").write_text(
        "<!DOCTYPE svg><svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8"
    )
    text = stated("ordering").replace("prompt: What is it?", "prompt: [{figure: {svg: bomb.svg, alt: x}}]")
    assert "document type" in faults_of(tmp_path, a=text)[0]


def test_a_generator_that_poses_another_kind_is_told(tmp_path):
    (tmp_path / "a.yaml").write_text(GENERATED, encoding="utf-8")
    wrong = {"sum": replace(GENERATORS["sum"], kind="cloze")}
    with pytest.raises(
        BankError, match=r"a\.yaml:8: question 'q1': the generator 'sum' posed 'numeric', not its 'cloze'"
    ):
        load_bank(tmp_path, generators=wrong, course=COURSE)


SCRAPS = [
    "",
    "[",
    "]",
    "{",
    ": ",
    "\n",
    "  ",
    "- ",
    "'",
    "*a",
    "&a",
    "!!x ",
    "0x",
    "-1",
    "[[1]]",
    "text",
    "a: b",
    "#",
    "é",
    "\t",
]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(KINDS)), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), st.sampled_from(SCRAPS))))
def test_a_damaged_file_is_read_or_told_and_nothing_else(tmp_path, kind, damages):
    text = stated(kind)
    for place, length, scrap in damages:
        at = int(place * len(text))
        text = text[:at] + scrap + text[at + length :]
    faults = faults_of(tmp_path, a=text)
    assert all(re.match(r"01-walks/a\.yaml:[1-9]\d*: \S", fault) for fault in faults)


def test_the_courses_own_bank_loads_and_its_generators_take_their_parameters():
    assert len(load_bank()) == len(load_bank(question_bank())) > 0


def test_a_generator_is_tried_in_a_bank_of_ones_own_but_not_in_the_courses(tmp_path, monkeypatch):
    (tmp_path / "a.yaml").write_text(GENERATED.replace("most: 0x10", "most: 1"), encoding="utf-8")
    monkeypatch.setattr("vlearn.content.question_bank", lambda: tmp_path)
    load_bank(generators=GENERATORS, course=COURSE)
    with pytest.raises(BankError, match="refuses these parameters"):
        load_bank(tmp_path, generators=GENERATORS, course=COURSE)
