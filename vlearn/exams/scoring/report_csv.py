"""Grades as CSV for a spreadsheet: a table of grades, a table of reasons, and a table of what corrections changed.

Numbers have at most four decimals; grading itself is exact. Text that a spreadsheet would take for a formula begins
with an apostrophe.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from vlearn.exams.scoring.gradebook import Change, Result
from vlearn.questions.notation import decimal
from vlearn.render.markdown import to_plain_inline

_FORMULA = (*"=+-@＝＋－＠", "\t", "\r", "\n")


def grades_table(results: Sequence[Result]) -> bytes:
    """A row a student; the columns of the questions are named by their ids."""
    ids = [one.question.id for one in results[0].scored]
    head = ["student", "name", "form", "points", "out of", "percent", "grade", "to mark by hand", *ids]
    rows = []
    for result in results:
        points = {one.question.id: decimal(one.grade.points) for one in result.scored}
        who = [plain(result.student), plain(result.name), plain(result.form)]
        sums = [decimal(result.points), decimal(result.out_of), decimal(result.percent)]
        rows.append([*who, *sums, plain(result.grade), str(result.by_hand), *(points[id] for id in ids)])
    return _csv(head, rows)


def reasons_table(results: Sequence[Result]) -> bytes:
    """A row for each reason: whose, of which question, how many points, and why."""
    head = ["student", "form", "number", "question", "response", "points", "of", "reason"]
    rows = (
        [
            *map(plain, (result.student, result.form, str(n), one.question.id, one.response)),
            *map(decimal, (reason.points, one.grade.out_of)),
            plain(to_plain_inline(reason.text)),
        ]
        for result in results
        for n, one in enumerate(result.scored, 1)
        for reason in one.grade.reasons
    )
    return _csv(head, rows)


def changes_table(changed: Sequence[Change]) -> bytes:
    """A row for each student whose grades a correction changed."""
    head = ["student", "name", "before", "after", "difference", "grade before", "grade after", "questions"]
    rows = (
        [
            *map(plain, (c.student, c.name)),
            *map(decimal, (c.before, c.after, c.after - c.before)),
            *map(plain, (c.grade_before, c.grade_after, " ".join(c.questions))),
        ]
        for c in changed
    )
    return _csv(head, rows)


def plain(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    # A spreadsheet knows UTF-8 by its mark. JSON may hold half a surrogate pair, which no file can.
    return out.getvalue().encode("utf-8-sig", "backslashreplace")
