"""Where a student stands: the table of chapters for the start page, and progress by chapter and objective."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from vlearn import course
from vlearn.blocks import Block, Table, Text
from vlearn.course import COURSE, Chapter
from vlearn.lab.record import Attempt, student_record
from vlearn.lab.shown import Shown, show
from vlearn.lab.tally import Scores, tally
from vlearn.render.html import to_html
from vlearn.render.markdown import escaped
from vlearn.render.text import to_text
from vlearn.views.course_map import draw_map

COLUMNS = ("Objective", "Predictions", "Exercises", "Questions", "Next")
_Row = tuple[str, str, str, str, str]


def progress(chapter: str = "") -> Shown:
    """What you have done in every chapter that you have begun, or in the given one, and what to do next."""
    record = student_record()
    attempts = record.attempts()
    shown = [course.chapter(chapter)] if chapter else [c for c in COURSE if any(_of(c, attempts))]
    tables = [Table(COLUMNS, tuple(_rows(c, attempts)), f"Chapter {c.number}. {c.title}") for c in shown]
    kept = f"Answers recorded: {sum(a.activity != 'practice' for a in attempts)}, in {record.path}."
    first = kept if attempts else f"Nothing recorded yet; your answers will be kept in {record.path}."
    steps = [row[-1] for table in reversed(tables) for row in table.rows if row[-1] not in ("reached", "")]
    step = min(steps, key=lambda step: step.startswith("lab."), default="open a chapter you have not begun")
    said = (*record.take_notices(), f"{first} Next: {step}.")
    blocks: tuple[Block, ...] = (*(Text(escaped(text)) for text in said), *tables)
    return Shown(to_html(blocks), to_text(blocks))


def reset_progress() -> Shown:
    """Begin anew. The old record is kept beside the new one."""
    record = student_record()
    backup = record.reset()
    said = f"Your record begins anew. The old one is kept as {backup}." if backup else "There was no record to reset."
    text = " ".join([said, *record.take_notices()])
    return Shown(f"<p>{escape(text)}</p>", text)


def course_map(folder: Path | None = None) -> Shown:
    """Which chapter builds on which; those with a notebook in `folder` (the current one) are marked."""
    folder = folder or Path.cwd()
    return show(draw_map([chapter.number for chapter in COURSE if (folder / f"{chapter.stem}.ipynb").is_file()]))


def chapters(folder: Path | None = None) -> Shown:
    """Every chapter: its question, a link to its notebook where it is in `folder` (the current one), your progress."""
    here = folder or Path.cwd()
    attempts = student_record().attempts()
    rows = [_chapter_row(chapter, here, attempts) for chapter in COURSE]
    head = "".join(f'<th scope="col">{name}</th>' for name in ("", "Chapter", "The question it answers", "You"))
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    text = "\n".join(f"{c.number:2}. {c.title}. {c.question} [{row[-1]}]" for c, row in zip(COURSE, rows, strict=True))
    return Shown(f'<table class="block-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>', text)


def _chapter_row(chapter: Chapter, folder: Path, attempts: Sequence[Attempt]) -> tuple[str, str, str, str]:
    notebook, title = f"{chapter.stem}.ipynb", escape(chapter.title)
    if not (folder / notebook).is_file():
        return str(chapter.number), title, escape(chapter.question), "no notebook yet"
    reached = sum(row[-1] == "reached" for row in _rows(chapter, attempts))
    stand = f"{reached} of {len(chapter.objectives)} objectives" if any(_of(chapter, attempts)) else "not begun"
    return str(chapter.number), f'<a href="{notebook}">{title}</a>', escape(chapter.question), stand


def _of(chapter: Chapter, attempts: Iterable[Attempt]) -> Iterator[Attempt]:
    return (a for a in attempts if course.chapter_of(a.objective or a.id) == chapter.id)


def _rows(chapter: Chapter, attempts: Sequence[Attempt]) -> Iterator[_Row]:
    for objective in chapter.objectives:
        yield _row(objective.text, [a for a in attempts if a.objective == objective.id], objective.id, chapter)
    known = {objective.id for objective in chapter.objectives}
    if others := [a for a in _of(chapter, attempts) if a.objective not in known]:
        yield _row("The chapter as a whole", others, "", chapter)


def _row(name: str, attempts: Iterable[Attempt], objective: str, chapter: Chapter) -> _Row:
    from vlearn.lab.exercises import EXERCISES  # imports the models of every chapter that has exercises

    exercises = [exercise.id for exercise in EXERCISES.values() if objective and exercise.objective == objective]
    done = tally(attempts)
    todo = done.to_do(exercises)
    step = {"": "reached", "quiz": f'lab.quiz("{chapter.id}")'}.get(todo, f"exercise {todo}")
    passed = sum(done.checks.get(id, 0) == 1 for id in exercises)
    return (
        name,
        _count(done.predictions),
        f"{passed} of {len(exercises)}" if exercises else _count(done.checks),
        f"{done.mastery:.0%} of {len(done.questions)}" if done.questions else "none yet",
        step if objective else "",
    )


def _count(scores: Scores) -> str:
    return f"{sum(score == 1 for score in scores.values())} of {len(scores)} right" if scores else "none yet"
