"""Blueprints as they are written: what is read, and what an author is told about a fault."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from vlearn.content import question_bank
from vlearn.errors import BlueprintError
from vlearn.exams import schema
from vlearn.exams.blueprint import Blueprint, Parallel, Pick, Section, Sheet
from vlearn.exams.blueprint_file import find_blueprint, load_blueprint
from vlearn.exams.mixture import Amounts, Counts, Difficulty, Share
from vlearn.exams.printing import Print
from vlearn.questions.model import Bloom

FULL = """\
title: Midterm
instructions: |
  No books.
points: 40.5
minutes: 60
questions: {at_most: 20}
chapters:
  ch06: {points: {at_least: 20}}
  ch01: {questions: 3}
kinds:
  numeric: 4
  single-choice: {at_least: 3, at_most: 6}
difficulty:
  average: {at_least: 2, at_most: 3.5}
  levels: {5: 1, 1: {at_most: 2}}
bloom: {apply: {at_least: 5}}
objectives: {ch06-count-references: 2}
must_have: [ch06-a]
must_not: [ch06-b, ch06-c]
pick: [{of: [ch06-d, ch06-e, ch06-f], count: 2}]
ledger: exams.jsonl
not_in_last: 3
forms: [A, B, C]
parallel: {overlap: 4, difficulty: 0.1, minutes: 2.5}
sections:
  - title: "Part {1}"
    instructions: No calculator.
    points: 10
    minutes: 20
    questions: {at_least: 3}
    chapters: [ch06]
    kinds: {numeric: 2}
    difficulty: {levels: {1: 2}}
    bloom: {apply: 1}
    objectives: {ch06-count-references: 1}
    order: by difficulty
  - title: Part 2
    points: {at_least: 12.5}
print: {size: letter, columns: 2, large: true, cover: true, boxes: true, space: none, key: answers, language: de}
"""

MEANT = Blueprint(
    title="Midterm",
    instructions="No books.\n",
    points=Fraction(81, 2),
    minutes=Fraction(60),
    questions=Counts(at_most=20),
    chapters={"ch06": Share(points=Amounts(at_least=Fraction(20))), "ch01": Share(questions=3)},
    kinds={"numeric": 4, "single-choice": Counts(at_least=3, at_most=6)},
    difficulty=Difficulty(
        average=Amounts(at_least=Fraction(2), at_most=Fraction(7, 2)), levels={5: 1, 1: Counts(at_most=2)}
    ),
    bloom={Bloom.APPLY: Counts(at_least=5)},
    objectives={"ch06-count-references": 2},
    must_have=("ch06-a",),
    must_not=("ch06-b", "ch06-c"),
    pick=(Pick(of=("ch06-d", "ch06-e", "ch06-f"), count=2),),
    ledger="exams.jsonl",
    not_in_last=3,
    forms=("A", "B", "C"),
    parallel=Parallel(overlap=4, difficulty=Fraction(1, 10), minutes=Fraction(5, 2)),
    sections=(
        Section(
            title="Part {1}",
            instructions="No calculator.",
            points=10,
            minutes=Fraction(20),
            questions=Counts(at_least=3),
            chapters=("ch06",),
            kinds={"numeric": 2},
            difficulty=Difficulty(levels={1: 2}),
            bloom={Bloom.APPLY: 1},
            objectives={"ch06-count-references": 1},
            order="by difficulty",
        ),
        Section(title="Part 2", points=Amounts(at_least=Fraction(25, 2))),
    ),
    print=Print(
        size="letter", columns=2, large=True, cover=True, boxes=True, space="none", key="answers", language="de"
    ),
)


@pytest.fixture
def written(tmp_path):
    """Writes a blueprint file."""

    def write(text, name="quiz.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_every_field_means_what_it_says(written):
    read = load_blueprint(written(FULL))
    for field in Sheet.__struct_fields__:
        assert getattr(read, field) == getattr(MEANT, field), field


def test_a_title_and_points_are_enough(written):
    read = load_blueprint(written("title: Quiz\npoints: 10\nchapters: [ch06, ch07]\n"))
    assert read.names == ("A", "B")
    assert read.shares == {"ch06": Share(), "ch07": Share()}


def test_a_field_knows_its_line(written):
    path = written(FULL)
    read = load_blueprint(path)
    lines = {
        ("points",): 4,
        ("kinds", "single-choice"): 12,
        ("kinds", "single-choice", "at_most"): 12,
        ("difficulty", "levels", "5"): 15,
        ("must_not", 1): 19,
        ("pick", 0, "of", 2): 20,
    }
    assert {where: read.line(where) for where in lines} == lines
    assert read.at(("points",)) == f"{path}:4: "
    assert MEANT.at(("points",)) == ""


@pytest.mark.parametrize(
    ("forms", "some"),
    [
        ("[A, B]", {0: "A", 1: "B"}),
        ("[morning, Evening2]", {0: "morning", 1: "Evening2"}),
        ("1", {0: "A"}),
        ("60", {0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 59: "BH"}),
        ("703", {701: "ZZ", 702: "AAA"}),
    ],
)
def test_forms_are_named_or_counted_beyond_the_alphabet(written, forms, some):
    names = load_blueprint(written(f"title: Quiz\npoints: 1\nforms: {forms}\n")).names
    assert {n: names[n] for n in some} == some
    assert len(set(names)) == len(names)


BASE = "title: Quiz\npoints: 10\n"
FAULTS = [
    ("", 1, "a blueprint is a mapping"),
    ("- title: Quiz", 1, "a blueprint is a mapping"),
    ("title: [Quiz\n", 2, "not YAML"),
    ("title: Quiz\n", 1, "missing field `points`: a number, such as 2, 0.5 or 1/3 (The points of all"),
    ("title: Quiz\npoints: many\n", 2, "`points` is 'many'; it must be a number"),
    ("title: Quiz\npoints: -3\n", 2, "`points` is -3; it must not be negative"),
    ("title: Quiz\npoints: 0\n", 2, "`points` is 0; it must be above 0"),
    ("title: Quiz\npoints: .nan\n", 2, "`points` is '.nan'; it must be a number"),
    ("title: ' '\npoints: 3\n", 1, "`title` is empty"),
    (BASE + "minuts: 5\n", 3, "unknown field `minuts`; did you mean 'minutes'?"),
    (BASE + "points: 12\n", 3, "`points` is given twice, first in line 2"),
    (BASE + "minutes: -1\n", 3, "`minutes` is -1; it must not be negative"),
    (BASE + "chapters: [ch06, ch6]\n", 3, "`chapters[2]` is 'ch6'; it must be one of ch01, ch02"),
    (BASE + "chapters: [ch6]\n", 3, "; did you mean 'ch06'?"),
    (BASE + "chapters:\n  ch01: {}\n  ch99: {}\n", 5, "'ch99'; it must be one of"),
    (BASE + "chapters:\n  ch01: {point: 3}\n", 4, "unknown field `chapters.ch01.point`; did you mean 'points'?"),
    (
        BASE + "chapters:\n  ch01: {points: {at_most: -3}}\n",
        4,
        "`chapters.ch01.points.at_most` is -3; it must not be negative",
    ),
    (BASE + "kinds:\n  numeric: 3\n  numerc: 3\n", 5, "; did you mean 'numeric'?"),
    (
        BASE + "kinds: {numeric: -1}\n",
        3,
        "`kinds.numeric` is '-1'; it must be a whole number of at least 0 or a mapping",
    ),
    (BASE + "kinds: {numeric: 1.5}\n", 3, "`kinds.numeric` is '1.5'; it must be a whole number"),
    (BASE + "kinds: {numeric: {atleast: 1}}\n", 3, "unknown field `kinds.numeric.atleast`; did you mean 'at_least'?"),
    (
        BASE + "kinds:\n  numeric:\n    at_least: 5\n    at_most: 3\n",
        4,
        "`kinds.numeric` wants at least 5 and at most 3; at_most must not be less than at_least",
    ),
    (BASE + "kinds: [numeric]\n", 3, "`kinds` is a list; it must be a mapping"),
    (
        BASE + "difficulty: {average: 3}\n",
        3,
        "`difficulty.average` is '3'; it must be a mapping with at_least, at_most",
    ),
    (
        BASE + "difficulty: {average: {at_least: -2}}\n",
        3,
        "`difficulty.average.at_least` is -2; it must not be negative",
    ),
    (BASE + "difficulty: {levels: {6: 1}}\n", 3, "`difficulty.levels.6` is '6'; it must be a whole number from 1 to 5"),
    (BASE + "bloom: {aply: 2}\n", 3, "; did you mean 'apply'?"),
    (BASE + "objectives: {ch06-count-reference: 1}\n", 3, "did you mean 'ch06-count-references'?"),
    (BASE + "must_have: q1\n", 3, "`must_have` is 'q1'; it must be a list"),
    (BASE + "must_have: [q1]\nmust_not: [q2, q1]\n", 4, "'q1' is in both `must_have` and `must_not`"),
    (BASE + "pick: {of: [q1], count: 1}\n", 3, "`pick` is a mapping; it must be a list"),
    (BASE + "pick:\n  - {of: [q1]}\n", 4, "missing field `pick[1].count`"),
    (BASE + "pick:\n  - {of: [], count: 0}\n", 4, "`pick[1].of` is empty; name the questions to pick from"),
    (BASE + "pick:\n  - of: [q1, q2, q1]\n    count: 1\n", 4, "`pick[1].of` names 'q1' twice; name it once"),
    (BASE + "pick:\n  - of: [q1, q2]\n    count: 3\n", 5, "`pick[1]` wants 3 of 2 questions"),
    (
        BASE + "pick:\n  - of: [q1]\n    count: {at_least: 2, at_most: 1}\n",
        5,
        "`pick[1].count` wants at least 2 and at most 1; at_most must not be less than at_least",
    ),
    (BASE + "must_not: [q1]\npick: [{of: [q2, q1], count: 1}]\n", 4, "'q1' is in both `pick[1]` and `must_not`"),
    (BASE + "ledger: ../exams.jsonl\n", 3, "`ledger` is '../exams.jsonl'; it must name a file beside this one"),
    (BASE + "ledger: exams.csv\n", 3, "`ledger` is 'exams.csv'; it must name a file beside this one"),
    (BASE + "not_in_last: 2\n", 3, "`not_in_last` needs a ledger of the last exams; add `ledger: exams.jsonl`"),
    (
        BASE + "ledger: exams.jsonl\nnot_in_last: 0\n",
        4,
        "`not_in_last` is '0'; it must be a whole number of at least 1",
    ),
    (BASE + "forms: 0\n", 3, "`forms` is '0'; it must be a whole number from 1 to 1000 or a list"),
    (BASE + "forms: []\n", 3, "`forms` is empty"),
    (BASE + "forms: [A, ../B]\n", 3, "form name '../B' must be 1 to 20 letters and digits"),
    (BASE + "forms: [A, a]\n", 3, "form name 'a' is given twice"),
    (BASE + "sections: {title: A}\n", 3, "`sections` is a mapping; it must be a list"),
    (BASE + "sections:\n  - points: 5\n", 4, "missing field `sections[1].title`: text (What stands above the section"),
    (BASE + "sections:\n  - title: ' '\n", 4, "`sections[1].title` is empty; give the section a title"),
    (BASE + "sections:\n  - title: A\n  - title: A\n", 5, "section 'A' is there twice; give one of them another"),
    (BASE + "sections:\n  - {title: A, point: 5}\n", 4, "unknown field `sections[1].point`; did you mean 'points'?"),
    (
        BASE + "sections:\n  - title: A\n    points: 2.5\n",
        5,
        "`sections[1].points` is '2.5'; it must be a whole number of at least 0 or a mapping with at_least, at_most",
    ),
    (
        BASE + "sections:\n  - title: A\n    order: alphabetical\n",
        5,
        "`sections[1].order` is 'alphabetical'; it must be one of as in the bank, by chapter, by difficulty, shuffled",
    ),
    (BASE + "sections:\n  - title: A\n    minutes: -1\n", 5, "`sections[1].minutes` is -1; it must not be negative"),
    (
        BASE + "sections:\n  - title: A\n    kinds: {numeric: {at_least: 2, at_most: 1}}\n",
        5,
        "`sections[1].kinds.numeric` wants at least 2 and at most 1",
    ),
    (
        BASE + "sections:\n  - title: A\n    objectives: {ch06-count-reference: 1}\n",
        5,
        "`sections[1].objectives`: the course has no objective 'ch06-count-reference'; did you mean",
    ),
    (
        BASE + "chapters: [ch06]\nsections:\n  - title: A\n    chapters: [ch07]\n",
        6,
        "section 'A' takes ch07, but the blueprint takes only ch06; add it there, or leave it out here",
    ),
    (BASE + "parallel: 3\n", 3, "`parallel` is '3'; it must be a mapping with overlap, difficulty, minutes"),
    (BASE + "parallel: {points: 0}\n", 3, "unknown field `parallel.points`"),
    (BASE + "parallel: {overlap: 1.5}\n", 3, "`parallel.overlap` is '1.5'; it must be a whole number of at least 0"),
    (BASE + "parallel: {minutes: -2}\n", 3, "`parallel.minutes` is -2; it must not be negative"),
    (BASE + "forms: 1\nparallel: {}\n", 4, "`parallel` is for 2 to 10 forms of different questions, and `forms` make"),
    (BASE + "forms: 11\nparallel: {}\n", 4, "and `forms` makes 11; change `forms`, or leave `parallel` out"),
    (BASE + "print: letter\n", 3, "`print` is 'letter'; it must be a mapping with size, columns, large, cover"),
    (BASE + "print: {size: A4}\n", 3, "`print.size` is 'A4'; it must be one of a4, letter"),
    (BASE + "print: {columns: 3}\n", 3, "`print.columns` is '3'; it must be one of 1, 2"),
    (BASE + "print: {large: big}\n", 3, "`print.large` is 'big'; it must be true or false"),
    (BASE + "print: {spaces: none}\n", 3, "unknown field `print.spaces`; did you mean 'space'?"),
    (BASE + "print:\n  language: English\n", 4, "`print.language` is 'English'; it must be two or three small letters"),
    ("title: &t x\npoints: *t\n", 2, "aliases such as *t are not read"),
    ("title: !!python/object:os.system x\npoints: 1\n", 1, "tags such as"),
]


@pytest.mark.parametrize(("text", "line", "told"), FAULTS, ids=[told for _, _, told in FAULTS])
def test_an_author_is_told_the_file_the_line_and_what_would_be_right(written, text, line, told):
    path = written(text)
    with pytest.raises(BlueprintError) as error:
        load_blueprint(path)
    first = str(error.value).splitlines()[0]
    assert first.startswith(f"{path}:{line}: ")
    assert told in first


def test_an_author_is_told_of_all_faults_at_once(written):
    with pytest.raises(BlueprintError) as error:
        load_blueprint(written("title: Quiz\npoints: x\nkinds: {numerc: 1, cloze: x}\nforms: 0\n"))
    assert [line.split(":")[1] for line in str(error.value).splitlines()] == ["2", "3", "3", "4"]


def test_a_file_that_is_not_there_or_is_no_text_is_an_error_of_one_line(tmp_path):
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(BlueprintError, match=r"the blueprint cannot be read: [^\n]+$"):
            load_blueprint(path)
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"title: \xff\n")
    with pytest.raises(BlueprintError, match=r"latin.yaml:1: the file is not UTF-8"):
        load_blueprint(path)


def test_a_blueprint_is_found_by_name_or_by_path(tmp_path):
    assert find_blueprint("practice") == question_bank() / "blueprints" / "practice.yaml"
    assert find_blueprint("some/quiz.yaml") == Path("some/quiz.yaml")
    assert find_blueprint(tmp_path / "quiz.yml") == tmp_path / "quiz.yml"
    with pytest.raises(
        BlueprintError, match=r"no blueprint 'practise'; did you mean 'practice'\? \(there are: .*practice"
    ):
        find_blueprint("practise")


def test_the_stored_schema_is_current():
    stored = (question_bank() / schema.FILE).read_text(encoding="utf-8")
    assert stored == schema.text(), "run python -m vlearn.exams.schema"


def test_the_schema_knows_every_field_and_name():
    made = json.loads(schema.text())
    properties = made["$defs"]["Sheet"]["properties"]
    assert properties.keys() == set(Sheet.__struct_fields__)
    for field, name in (("kinds", "trace"), ("bloom", "apply"), ("objectives", "ch06-count-references")):
        assert name in properties[field]["propertyNames"]["enum"]
    assert "ch15" in json.dumps(properties["chapters"])
    assert made["$defs"]["Sheet"]["additionalProperties"] is False
    section = made["$defs"]["Section"]["properties"]
    assert section.keys() == set(Section.__struct_fields__)
    assert section["kinds"] == properties["kinds"]
    assert all("description" in field for field in made["$defs"]["Print"]["properties"].values())
    assert all("description" in field for field in made["$defs"]["Parallel"]["properties"].values())


@pytest.mark.parametrize("path", sorted((question_bank() / "blueprints").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_blueprint_of_the_bank_loads_and_names_its_schema(path):
    assert load_blueprint(path).title
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=../blueprint.schema.json\n")
