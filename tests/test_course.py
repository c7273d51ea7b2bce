import re
from itertools import chain

import pytest

from vlearn.course import COURSE, chapter, objective
from vlearn.errors import CourseError, VlearnError
from vlearn.questions.model import Bloom

# The sections of the notes' chapters run from N.1 without a gap: chapter 1 has 1.1 to 1.5.
LAST_SECTION = {1: 5, 2: 4, 3: 7, 4: 5, 5: 8, 6: 4, 7: 4, 8: 6, 9: 7, 10: 5, 11: 5, 12: 5, 13: 9, 14: 8, 15: 7}

# An objective's first word says its level of Bloom's taxonomy: no verb stands at two levels.
VERBS = {
    Bloom.REMEMBER: {"List", "State"},
    Bloom.UNDERSTAND: {"Classify", "Compare", "Describe", "Explain"},
    Bloom.APPLY: {
        *("Apply", "Compute", "Connect", "Count", "Derive", "Draw", "Merge", "Order", "Port"),
        *("Predict", "Schedule", "Trace", "Translate", "Use", "Walk"),
    },
    Bloom.ANALYZE: {"Diagnose", "Distinguish", "Find", "Repair"},
    Bloom.EVALUATE: {"Choose", "Judge"},
    Bloom.CREATE: {"Design", "Plan", "Write"},
}
LEVEL = {verb: level for level, verbs in VERBS.items() for verb in verbs}

OBJECTIVES = tuple(chain.from_iterable(c.objectives for c in COURSE))
chapters = pytest.mark.parametrize("of", COURSE, ids=lambda c: c.id)


def verb(objective):
    return objective.text.split()[0]


def section(number):
    return tuple(map(int, number.split(".")))


def test_there_are_fifteen_chapters_in_order():
    assert [c.number for c in COURSE] == list(range(1, 16))
    assert [c.id for c in COURSE] == [f"ch{n:02}" for n in range(1, 16)]


def test_files_of_chapters_are_named_by_number_and_slug():
    assert chapter("ch06").stem == "06-memory"
    assert all(re.fullmatch(r"\d\d(-[a-z]+)+", c.stem) for c in COURSE)


def test_no_id_slug_title_question_or_text_occurs_twice():
    for words in (
        [o.id for o in OBJECTIVES],
        [o.text for o in OBJECTIVES],
        [c.slug for c in COURSE],
        [c.title for c in COURSE],
        [c.question for c in COURSE],
    ):
        assert len(set(words)) == len(words)


def test_no_verb_stands_at_two_levels_and_none_is_idle():
    assert len(LEVEL) == sum(map(len, VERBS.values()))
    assert set(LEVEL) == set(map(verb, OBJECTIVES))


@chapters
def test_a_chapter_asks_one_question(of):
    assert re.fullmatch(r"[A-Z][^?!;]*\?", of.question)


@chapters
def test_a_chapter_has_five_to_eight_objectives(of):
    assert 5 <= len(of.objectives) <= 8


@chapters
def test_a_chapter_aims_at_three_levels_and_one_of_them_beyond_application(of):
    levels = {LEVEL[verb(o)] for o in of.objectives}
    assert len(levels) >= 3
    assert levels & {Bloom.ANALYZE, Bloom.EVALUATE, Bloom.CREATE}


@chapters
def test_the_objectives_of_a_chapter_cover_every_section_of_the_notes_and_no_other(of):
    sections = {f"{of.number}.{n}" for n in range(1, LAST_SECTION[of.number] + 1)}
    assert set(chain.from_iterable(o.sections for o in of.objectives)) == sections


@chapters
def test_the_ids_of_objectives_begin_with_their_chapter(of):
    assert all(o.id.startswith(f"{of.id}-") for o in of.objectives)


def test_an_objective_begins_with_a_verb_whose_level_is_known():
    assert [o.id for o in OBJECTIVES if verb(o) not in LEVEL] == []


def test_the_id_of_an_objective_is_a_short_slug_that_names_its_verb():
    assert [o.id for o in OBJECTIVES if not re.fullmatch(r"ch\d\d(-[a-z0-9]+){2,5}", o.id)] == []
    assert [o.id for o in OBJECTIVES if o.id.split("-")[1] != verb(o).lower()] == []


def test_an_objective_is_one_sentence():
    assert [o.text for o in OBJECTIVES if not re.fullmatch(r"[^.!?]*[^.!?\s]\.", o.text)] == []


def test_an_objective_names_its_sections_once_and_in_order():
    assert [o.id for o in OBJECTIVES if list(o.sections) != sorted(set(o.sections), key=section)] == []


def test_chapters_and_objectives_are_found_by_id():
    assert all(chapter(c.id) is c for c in COURSE)
    assert all(objective(o.id) is o for o in OBJECTIVES)


@pytest.mark.parametrize(
    ("find", "wrong", "message"),
    [
        (chapter, "ch6", "the course has no chapter 'ch6'; did you mean 'ch06'?"),
        (chapter, "06-memory", "the course has no chapter '06-memory'; there are ch01 to ch15"),
        (
            objective,
            "ch06-count-reference",
            "the course has no objective 'ch06-count-reference'; did you mean 'ch06-count-references'?",
        ),
        (
            objective,
            "ch6-walk-pagetable",
            "the course has no objective 'ch6-walk-pagetable'; did you mean 'ch06-walk-page-table'?",
        ),
    ],
)
def test_an_unknown_id_is_answered_with_a_near_one(find, wrong, message):
    with pytest.raises(CourseError) as caught:
        find(wrong)
    assert str(caught.value) == message
    assert isinstance(caught.value, VlearnError)


@pytest.mark.parametrize("find", [chapter, objective])
def test_an_id_like_no_other_is_answered_with_those_there_are(find):
    with pytest.raises(CourseError, match=r"; there are ch01.* to ch15"):
        find("")
