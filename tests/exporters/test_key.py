from dataclasses import replace
from fractions import Fraction

from exporters.key import Verdict, about, prompt, sections, short_answer, verdicts
from exporters.phrasebook import phrases
from vlearn.blocks import Text
from vlearn.exams.form import Form
from vlearn.questions.model import Numeric, Question


def question(form: Form, kind: str) -> Question:
    return next(q for q in form.questions if q.kind == kind)


def test_options_are_judged_in_the_order_of_the_paper(form: Form) -> None:
    assert [(v.label, v.right) for v in verdicts(question(form, "multiple-choice"))] == [
        ("A", True),
        ("B", False),
        ("C", True),
        ("D", False),
    ]
    first, second = verdicts(question(form, "true-false"))
    assert first.right
    assert second == Verdict("B", False, "the TLB holds no guest addresses", "It does, tagged by VPID.")
    assert verdicts(question(form, "essay")) == ()


def test_every_kind_has_an_answer_and_its_solution(form: Form) -> None:
    for q in form.questions:
        titles = [title for title, blocks in sections(q) if blocks]
        assert titles == ["Answer", "Solution"], q.kind


def test_a_cloze_shows_its_text_and_others_their_prompt_alone(form: Form) -> None:
    *_, text = prompt(question(form, "cloze"))
    assert isinstance(text, Text)
    assert "[[1]]" in text.markdown
    assert prompt(question(form, "essay")) == question(form, "essay").prompt


def test_a_key_names_the_question_and_where_its_facts_come_from(form: Form) -> None:
    assert about(question(form, "numeric")) == (
        "ch06-numeric · ch06-walk · numeric · apply · difficulty 2 · 3 min · generator walk · Intel SDM 3A, 4.5"
    )


SHORT = {
    "single-choice": "B",
    "multiple-choice": "A C",
    "true-false": "True A",
    "numeric": "918273645 ± 7 ns",
    "short-text": "EPT violation or EPT-violation",
    "matching": "1:A 2:C 3:B",
    "ordering": "B A D C",
    "cloze": "1: guest; 2: hypervisor; 3: rax",
    "classification": "1:A 2:B 3:A",
    "essay": "Names both (2.5 points); Says why (2.5 points)",
    "trace": "1: 0x1000; 2: PDPTE; 3: 0x3010",
    "code": "references(4, 4) → 24",
}


def test_a_short_answer_is_one_line_for_every_kind(form: Form) -> None:
    assert {q.kind: short_answer(q) for q in form.questions} == SHORT


def test_a_short_answer_is_in_the_words_of_a_language_and_the_numbers_of_the_exam(form: Form) -> None:
    assert short_answer(question(form, "true-false"), phrases("de")) == "Richtig A"
    assert short_answer(question(form, "essay"), phrases("de")) == "Names both (2,5 Punkte); Says why (2,5 Punkte)"
    half = replace(question(form, "numeric"), answer=Numeric(Fraction(1, 2), unit="ms"))
    assert short_answer(half, phrases("de")) == "0.5 ms"
