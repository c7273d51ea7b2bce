from exporters.key import Verdict, about, prompt, sections, verdicts
from vlearn.blocks import Text
from vlearn.exams.form import Form
from vlearn.questions.model import Question


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
