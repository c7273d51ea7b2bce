"""What a response earns under a rule: the parts that `vlearn.questions.grade` finds, added up in another way."""

from dataclasses import replace
from fractions import Fraction

from vlearn.errors import BlueprintError, did_you_mean
from vlearn.exams.scoring.rules import TICKS, Rule, Scoring, Special
from vlearn.questions.credit import Worth
from vlearn.questions.grade import Grade, Reason, grade
from vlearn.questions.model import Essay, MultipleChoice, Option, Program, Question, SingleChoice
from vlearn.questions.responses import Marks, Response
from vlearn.questions.validity import folded

ZERO = Fraction(0)
UNRUN = "a program, which was not run"
"""The reason beside a program that is left to a person."""


def points_of(question: Question, scoring: Scoring) -> Fraction:
    """What a question is worth under the scoring."""
    special = scoring.questions.get(question.id)
    return question.points if special is None or special.points is None else special.points


def graded(question: Question, response: Response | None, scoring: Scoring, tries: int, run_programs: bool) -> Grade:
    """What a response earns; a program that is not run what a person gave it, or nothing yet."""
    out_of = points_of(question, scoring)
    match question.answer, response:
        case Program(), Marks((share,)):
            return Grade(out_of * share, out_of, (Reason(out_of * share, "marked by hand"),))
        case Program(), str() if not run_programs:
            return Grade(ZERO, out_of, (Reason(ZERO, UNRUN),), by_hand=True)
        case _:
            return score(question, response, scoring, tries)


def score(question: Question, response: Response | None, scoring: Scoring, tries: int = 1) -> Grade:
    """The grade of a response that was the student's so-many-th try; its points are the sum of its reasons.

    Points may be below zero, as far as the rule's `negative` lets them. Raises ResponseError where the response has not
    the form of its kind, BlueprintError where the scoring speaks of options that the question has not.
    """
    special = scoring.questions.get(question.id, Special())
    if special.points is not None:
        question = replace(question, points=special.points)
    rule = scoring.rule_for(question.id, question.kind)
    worth = option_worth(question, special) if special.options else None
    found = grade(question, response, worth or _ticks(question, rule))
    if response is None or isinstance(question.answer, Essay):
        return found
    reasons = _charged(found, rule) if rule.partial or worth else _whole(grade(question, response), rule)
    if rule.penalty and tries > 1:
        reasons = (*reasons, Reason(-question.points * rule.penalty * (tries - 1), f"answered at try {tries}"))
    points = sum((reason.points for reason in reasons), ZERO)
    settled = scoring.rounded(min(max(points, _least(question, rule, worth)), question.points), "question")
    if settled != points:
        reasons = (*reasons, Reason(settled - points, "bounds and rounding of a question"))
    return replace(found, points=settled, reasons=reasons)


def option_worth(question: Question, special: Special) -> tuple[Fraction, ...]:
    """The share of each option as shown. Raises BlueprintError where the right answer would not earn exactly all."""
    options: tuple[Option, ...]
    match question.answer:
        case SingleChoice(options, correct):
            right = frozenset({correct})
        case MultipleChoice(options, right):
            pass
        case _:
            raise BlueprintError(f"scoring: {question.id!r} is a {question.kind} question, which has no options")
    texts = [folded(option.text) for option in options]
    for text in special.options:
        if folded(text) not in texts:
            near = did_you_mean(text, [option.text for option in options])
            raise BlueprintError(f"scoring: question {question.id!r} has no option {text!r}{near}")
    stated = {folded(text): share for text, share in special.options.items()}
    worth = tuple(stated.get(text, ZERO) for text in texts)
    if (earned := sum((worth[index] for index in right), ZERO)) != 1:
        told = f"the right options of question {question.id!r} earn {earned} of its points; they must earn 1"
        raise BlueprintError(f"scoring: {told}")
    return worth


def _least(question: Question, rule: Rule, worth: Worth) -> Fraction:
    """As in Moodle: options of a single choice may cost what they say, a multiple choice and a late try only points."""
    if rule.penalty:
        return ZERO
    if worth is not None:
        return min(ZERO, *worth) * question.points if isinstance(question.answer, SingleChoice) else ZERO
    return -rule.negative * question.points


def _ticks(question: Question, rule: Rule) -> Worth:
    """The shares that the rule gives the options of a multiple choice."""
    if not isinstance(answer := question.answer, MultipleChoice):
        return None
    right = len(answer.correct)
    cost = TICKS[rule.ticks](right, len(answer.options) - right)
    return [Fraction(1, right) if n in answer.correct else -cost for n in range(len(answer.options))]


def _charged(found: Grade, rule: Rule) -> tuple[Reason, ...]:
    """Every wrong entry loses its part of what a wholly wrong response loses."""
    return tuple(replace(reason, points=reason.points - rule.negative * reason.missed) for reason in found.reasons)


def _whole(found: Grade, rule: Rule) -> tuple[Reason, ...]:
    """All or nothing: the parts are told, and one line decides."""
    tried = any(reason.points or reason.missed for reason in found.reasons)
    parts = tuple(replace(reason, points=ZERO) for reason in found.reasons)
    if found.points == found.out_of:
        return (*parts, Reason(found.out_of, "all of it is right"))
    lost = found.out_of * rule.negative if tried else ZERO
    return (*parts, Reason(-lost, "not all of it is right, and only the whole counts"))
