"""One `responses.json`, as the last cell of an answer notebook writes it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from vlearn.exams.scoring.hand_in import Answered, HandIn, Report, form_named
from vlearn.exams.scoring.key_file import Key
from vlearn.questions.faults import Fault
from vlearn.questions.notation import amount


def read_json(path: Path, text: str, key: Key, report: Report) -> Iterator[HandIn]:
    """The one hand-in of a file; every fault is reported at its line, as far as the file has lines."""

    def fault(message: str, name: str = "") -> None:
        report(Fault(str(path), _line(text, name), "", message))

    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        report(Fault(str(path), line, "", f"this is not JSON: {error}"))
        return
    if not isinstance(value, dict) or not isinstance(answers := value.get("answers"), dict):
        fault("this is no file of responses: it must have `student`, `form` and `answers`, as the notebook writes them")
        return
    student = value.get("student")
    sound = isinstance(student, str | int) and not isinstance(student, bool) and bool(str(student).strip())
    if not sound:
        fault("`student` does not say who handed this in; write the student's number, in quotes", "student")
    form = form_named(value["form"] if isinstance(value.get("form"), str) else "", key)
    if form is None:
        known = ", ".join(key.forms)
        fault(f"there is no form {value.get('form')!r}; the forms of this exam are {known}", "form")
    if (exam := value.get("exam", key.title)) != key.title:
        fault(f"these are responses to {exam!r}, not to {key.title!r}", "exam")
    questions = key.forms[form or next(iter(key.forms))]
    numbers = [str(n) for n in range(1, len(questions) + 1)]
    for name in answers:
        if name not in numbers:
            fault(f"question {name!r} does not exist; the exam has {amount(len(numbers), 'question{s}')}", name)
    if sound and form is not None:
        given = tuple(Answered(answers.get(n), _line(text, n)) for n in numbers)
        name = value.get("name")
        yield HandIn(str(student).strip(), name if isinstance(name, str) else "", form, given, str(path), 1)


def _line(text: str, name: str) -> int:
    found = re.search(rf"^\s*{re.escape(json.dumps(name))}\s*:", text, re.MULTILINE) if name else None
    return text.count("\n", 0, found.end()) + 1 if found else 1
