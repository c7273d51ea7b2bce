"""Everybody's grades: what was handed in, graded by a key, rules and corrections, with a reason beside every point."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from vlearn.errors import ResponseError
from vlearn.exams.scoring.cells import read_cell
from vlearn.exams.scoring.corrections import Amendment, Amendments
from vlearn.exams.scoring.hand_in import Answered, Cell, HandIn
from vlearn.exams.scoring.hand_ins import told_all
from vlearn.exams.scoring.key_file import Key
from vlearn.exams.scoring.marks import NO_MARKS, EssayMarks
from vlearn.exams.scoring.rules import Scoring
from vlearn.exams.scoring.score import UNRUN, graded, points_of
from vlearn.questions.faults import Fault
from vlearn.questions.grade import Grade, Reason
from vlearn.questions.model import Question
from vlearn.questions.responses import Response

ZERO = Fraction(0)
NO_AMENDMENTS: Amendments = {}


@dataclass(frozen=True, slots=True)
class Scored:
    """One response and what it earned; `response` is as the student wrote it, `read` as it was graded."""

    question: Question
    response: str
    read: Response | None
    grade: Grade


@dataclass(frozen=True, slots=True)
class Result:
    """What one student earned, in the order of the student's form; `grade` is empty without a scale."""

    student: str
    name: str
    form: str
    scored: tuple[Scored, ...]
    points: Fraction
    out_of: Fraction
    grade: str

    @property
    def percent(self) -> Fraction:
        """Of all points that could be had."""
        return 100 * self.points / self.out_of if self.out_of else ZERO

    @property
    def by_hand(self) -> int:
        """How many of the responses a person has yet to look at."""
        return sum(one.grade.by_hand for one in self.scored)

    @property
    def unrun(self) -> int:
        """How many of these are programs that were not run."""
        return sum(reason.text == UNRUN for one in self.scored for reason in one.grade.reasons)


def grade_all(
    hand_ins: Sequence[HandIn],
    key: Key,
    scoring: Scoring,
    amendments: Amendments = NO_AMENDMENTS,
    marks: EssayMarks = NO_MARKS,
    refuse: bool = True,
    run_programs: bool = False,
) -> tuple[Result, ...]:
    """Grade everybody. A response that cannot be read earns nothing and is left to a person, unless `refuse`.

    So is a program, unless programs are to be run: whoever runs them lets students do what they like on this machine.

    Raises ResponseError with every response that cannot be read, if they are refused: file, line, student and question.
    """
    faults: list[Fault] = []
    results = tuple(_result(one, key, scoring, amendments, marks, faults, run_programs) for one in hand_ins)
    if faults and refuse:
        raise ResponseError(told_all(faults))
    return results


def _result(
    one: HandIn,
    key: Key,
    scoring: Scoring,
    amendments: Amendments,
    marks: EssayMarks,
    faults: list[Fault],
    run_programs: bool,
) -> Result:
    scored = []
    for n, (question, answered) in enumerate(zip(key.forms[one.form], one.answers, strict=True), 1):
        response: Response | None = None
        try:
            response = marks.get((one.student, question.id)) or _read(question, answered.given)
            amendment = amendments.get((one.form, question.id))
            earned = partial(
                graded, response=response, scoring=scoring, tries=answered.tries, run_programs=run_programs
            )
            grade = _amended(question, earned, scoring, amendment)
        except ResponseError as error:
            faults.append(Fault(one.path, answered.line, f"student {one.student!r}, q{n}", str(error)))
            grade = Grade(
                ZERO, points_of(question, scoring), (Reason(ZERO, "the response cannot be read"),), by_hand=True
            )
        scored.append(Scored(question, _shown(answered), response, grade))
    points = sum((s.grade.points for s in scored), ZERO)
    points = scoring.rounded(points if scoring.below_zero else max(points, ZERO), "total")
    out_of = sum((s.grade.out_of for s in scored), ZERO)
    grade_name = scoring.grade_for(points, out_of)
    return Result(one.student, one.name, one.form, tuple(scored), points, out_of, grade_name)


def _amended(
    question: Question, earned: Callable[[Question], Grade], scoring: Scoring, amendment: Amendment | None
) -> Grade:
    """The grade after a correction: the best of what each right key gives."""
    if amendment is None:
        return earned(question)
    because = f": {amendment.because}" if amendment.because else ""
    points = points_of(question, scoring)
    if amendment.drop:
        return Grade(ZERO, ZERO, (Reason(ZERO, f"this question does not count{because}"),))
    if amendment.full_points:
        return Grade(points, points, (Reason(points, f"full points to everybody{because}"),))
    grades = [earned(alternative) for alternative in amendment.alternatives]
    best = max(grades, key=lambda grade: grade.points)
    told = Reason(ZERO, f"graded by a corrected key{because}")
    return Grade(best.points, best.out_of, (*best.reasons, told), best.by_hand)


def _read(question: Question, given: object) -> Response | None:
    # Whatever JSON holds may be graded: what has not the form of the question's kind is refused there.
    return read_cell(question, given.text) if isinstance(given, Cell) else given  # type: ignore[return-value]


def _shown(answered: Answered) -> str:
    if isinstance(answered.given, Cell):
        return answered.given.text.strip()
    if answered.given is None or isinstance(answered.given, str):
        return answered.given or ""
    return json.dumps(answered.given, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Change:
    """What corrections changed for one student."""

    student: str
    name: str
    before: Fraction
    after: Fraction
    grade_before: str
    grade_after: str
    questions: tuple[str, ...]


def changes(before: Sequence[Result], after: Sequence[Result]) -> tuple[Change, ...]:
    """Whose points, points to be had or grade changed, and at which questions."""
    old: Mapping[str, Result] = {result.student: result for result in before}
    changed = []
    for new in after:
        was = old[new.student]
        pairs = zip(was.scored, new.scored, strict=True)
        moved = [
            b.question.id for a, b in pairs if (a.grade.points, a.grade.out_of) != (b.grade.points, b.grade.out_of)
        ]
        if moved or was.grade != new.grade:
            change = Change(new.student, new.name, was.points, new.points, was.grade, new.grade, tuple(moved))
            changed.append(change)
    return tuple(changed)
