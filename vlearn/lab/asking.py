"""Questions in a form: their fields, the responses read from it, their grades in the record, and what to say of each.

Nothing of a key is in the fields. A question left open is not recorded, and one that a person must grade is recorded
without a score.
"""

from collections.abc import Iterable, Sequence

from vlearn.blocks import Block, Text
from vlearn.errors import LabError
from vlearn.lab.fields import Values
from vlearn.lab.record import Attempt, student_record
from vlearn.lab.task_fields import fields, response
from vlearn.lab.verdict import Verdict
from vlearn.questions.answer_key import answer_blocks
from vlearn.questions.grade import Grade, grade
from vlearn.questions.item import item, task
from vlearn.questions.labels import letter
from vlearn.questions.model import Answer, MultipleChoice, Question, SingleChoice, TrueFalse
from vlearn.questions.notation import amount, earned
from vlearn.questions.responses import Response
from vlearn.render.html import to_html


def fieldsets(questions: Iterable[Question]) -> str:
    """Every question with its fields and a slot for its result, `q0`, `q1` and so on, as HTML."""
    return "".join(_fieldset(n, question) for n, question in enumerate(questions))


def responses(questions: Iterable[Question], values: Values) -> list[Response | None]:
    """What was filled in for each question; None where nothing was."""
    return [response(task(question), f"q{n}", values) for n, question in enumerate(questions)]


def recorded(questions: Sequence[Question], given: Sequence[Response | None]) -> tuple[Grade, ...]:
    """The grade of every response, each kept in the student's record. LabError and ResponseError before any is kept."""
    if len(given) != len(questions):
        told = f"{amount(len(questions), 'question{s}')} and {amount(len(given), 'answer{s}')}"
        raise LabError(f"there are {told}: give one for each, and None for a question left open")
    pairs = list(zip(questions, given, strict=True))
    grades = tuple(grade(question, answer) for question, answer in pairs)
    record = student_record()
    for (question, answer), result in zip(pairs, grades, strict=True):
        if answer is not None:
            score = None if result.by_hand else float(result.points / result.out_of)
            record.add(Attempt("question", question.id, question.objective, repr(answer), score))
    return grades


def verdict(question: Question, given: Response | None, result: Grade) -> Verdict:
    """The reasons of a grade; the answer, why each option is right or wrong and a worked solution are to unfold."""
    solved = to_html((*answer_blocks(question), *_options(question.answer), *question.solution))
    extra = f"<details><summary>Answer and worked solution</summary>{solved}</details>"
    came_to = earned(result.points, result.out_of)
    if given is None:
        return Verdict("open", extra=extra)
    text = "\n".join(f"- {' '.join(reason.text.split())}" for reason in result.reasons)
    if result.by_hand:
        return Verdict("open", text, words="Compare it with the solution yourself.", extra=extra)
    if result.points == result.out_of:
        return Verdict("right", text, extra=extra)
    if result.points:
        return Verdict("part", text, words=f"Partly right: {came_to}.", extra=extra)
    return Verdict("wrong", text, words=f"Not right: {came_to}.", extra=extra)


def _options(answer: Answer) -> tuple[Block, ...]:
    """What there is to say of every option, also of those that were not chosen."""
    match answer:
        case SingleChoice(options) | MultipleChoice(options) | TrueFalse(_, options):
            told = [f"- **{letter(n)}**: {o.feedback}" for n, o in enumerate(options) if o.feedback]
            return (Text("\n".join(" ".join(line.split()) for line in told)),) if told else ()
        case _:
            return ()


def _fieldset(n: int, question: Question) -> str:
    asked = item(question)
    legend = f"Question {n + 1} ({amount(asked.points, 'point{s}')})"
    slot = f'<div data-result="q{n}"></div>'
    body = f"{to_html(asked.prompt)}{fields(asked.task, f'q{n}')}{slot}"
    return f'<fieldset class="question"><legend>{legend}</legend>{body}</fieldset>'
