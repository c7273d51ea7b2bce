"""One question file read into drafts, each with its entry if it is sound, and every fault in the file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from vlearn.questions.entry import Entry
from vlearn.questions.faults import Fault, Where
from vlearn.questions.load import Document, Plain, load
from vlearn.questions.read_entry import Known, read_entry

BEGIN = "a question file is a mapping with one name, `questions`, and a list under it"
"""What a file that is none should be."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as a file states it: its id, its enemies and needs with their lines, its entry if it is sound."""

    path: str
    line: int
    id: str
    enemies: tuple[tuple[str, int], ...]
    needs: tuple[tuple[str, int], ...]
    entry: Entry | None


def read_file(path: Path, known: Known, report: Callable[[Fault], None]) -> Iterator[Draft]:
    """The file's questions; every fault is reported at its line."""
    shown = path.relative_to(known.folder).as_posix()
    try:
        document = load(path)
    except OSError as error:
        report(Fault(shown, 1, "", f"the file cannot be read: {error.strerror}"))
        return
    for where, line, message in document.faults:
        report(Fault(shown, line, _question_at(document.value, where), message))
    if not document.lines:
        if not document.faults:
            report(Fault(shown, 1, "", f"the file is empty; {BEGIN}"))
        return
    for n, raw in enumerate(_questions(document, shown, report)):

        def complain(where: Where, message: str, at: Where = ("questions", n)) -> None:
            line = document.line((*at, *where))
            report(Fault(shown, line, _question_at(document.value, at), message))

        entry = read_entry(raw, path, document.line(("questions", n)), known, complain)
        if isinstance(raw, dict) and isinstance(id := raw.get("id"), str):
            enemies, needs = (tuple(ids_of(document, n, raw, field)) for field in ("enemies", "needs"))
            yield Draft(shown, document.line(("questions", n)), id, enemies, needs, entry)


def ids_of(document: Document, n: int, raw: Mapping[str, Plain], field: str) -> Iterator[tuple[str, int]]:
    """The ids that question `n` lists in a field, each with its line."""
    ids = raw.get(field, [])
    for k, id in enumerate(ids if isinstance(ids, list) else []):
        if isinstance(id, str):
            yield id, document.line(("questions", n, field, k))


def _questions(document: Document, shown: str, report: Callable[[Fault], None]) -> list[Plain]:
    top = document.value
    if not isinstance(top, dict) or "questions" not in top:
        report(Fault(shown, document.line(()), "", BEGIN))
        return []
    for name in (name for name in top if name != "questions"):
        report(Fault(shown, document.line((name,)), "", f"unknown field `{name}`; {BEGIN}"))
    questions = top["questions"]
    if not isinstance(questions, list):
        report(Fault(shown, document.line(("questions",)), "", "`questions` must be a list: `- id: ...`"))
        return []
    return questions


def _question_at(top: Plain, where: Where) -> str:
    """Which question a place belongs to: by its id, or by its number where it has none."""
    match top, where:
        case {"questions": list(questions)}, ("questions", int(n), *_):
            question = questions[n] if n < len(questions) else ""
            id = question.get("id") if isinstance(question, dict) else None
            return f"question {id!r}" if isinstance(id, str) and id else f"question number {n + 1}"
        case _:
            return ""
